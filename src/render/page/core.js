"use strict";
// costplan's own core, compiled to WebAssembly. It computes what the reader changes; no price is computed in this script.

// Opens a project in the core. What it returns answers questions, given and answered as objects.
const open_core = async (bytes, project) => {
  const program = await WebAssembly.compile(bytes);
  let core = null;
  const call = (name, text) => {
    const bytes = new TextEncoder().encode(text);
    // Making room can move the memory, so it comes first.
    const room = core.room(bytes.length);
    new Uint8Array(core.memory.buffer, room, bytes.length).set(bytes);
    const length = core[name]();
    return new TextDecoder().decode(new Uint8Array(core.memory.buffer, core.text(), length));
  };
  const start = () => {
    core = new WebAssembly.Instance(program, {}).exports;
    const { diagnostics } = JSON.parse(call("open", project));
    if (diagnostics) throw new Error(diagnostics.map((found) => found.message).join("; "));
  };
  start();
  // The answer as it is written, with every digit.
  return (question) => {
    try {
      return call("answer", JSON.stringify(question));
    } catch (stopped) {
      // It keeps nothing from one question to the next, so it can be started again.
      start();
      throw stopped;
    }
  };
};
