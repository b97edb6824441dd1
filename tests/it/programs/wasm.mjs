// Asks the core as a page does: wasm.mjs UNPACK GLUE PACKED PROGRAM, with a project and questions as JSON on standard input.
import fs from "node:fs";

const [unpack, glue, packed, program] = process.argv.slice(2).map((path) => fs.readFileSync(path));
const open_core = new Function(unpack.toString() + glue + "\nreturn open_core;")();
const { project, questions } = JSON.parse(fs.readFileSync(0, "utf8"));
const imports = WebAssembly.Module.imports(new WebAssembly.Module(program));
const answer = await open_core(packed.toString(), JSON.stringify(project));
const start = performance.now();
const answers = questions.map((question) => answer(question));
const milliseconds = (performance.now() - start) / questions.length;
process.stdout.write(JSON.stringify({ imports, answers, milliseconds }));
