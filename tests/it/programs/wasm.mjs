// Asks the core as a page does: wasm.mjs GLUE PROGRAM, with a project and questions as JSON on standard input.
import fs from "node:fs";

const [glue, program] = process.argv.slice(2).map((path) => fs.readFileSync(path));
const open_core = new Function(glue + "\nreturn open_core;")();
const { project, questions } = JSON.parse(fs.readFileSync(0, "utf8"));
const imports = WebAssembly.Module.imports(new WebAssembly.Module(program));
const answer = await open_core(program, JSON.stringify(project));
const start = performance.now();
const answers = questions.map((question) => answer(question));
const milliseconds = (performance.now() - start) / questions.length;
process.stdout.write(JSON.stringify({ imports, answers, milliseconds }));
