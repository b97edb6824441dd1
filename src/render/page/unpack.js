"use strict";

// What is packed in the page, as packed.rs writes it: compressed with gzip, each 13 bits as two signs of 91.
const SIGNS = Array.from({ length: 94 }, (_, place) => 33 + place).filter((code) => !"&<>".includes(String.fromCharCode(code)));
const unpacked = async (text) => {
  const values = new Uint8Array(128);
  SIGNS.forEach((code, value) => { values[code] = value; });
  const from = text.indexOf(":") + 1;
  const packed = new Uint8Array(Number(text.slice(0, from - 1)));
  let [held, count, place] = [0, 0, 0];
  for (let at = from; at + 1 < text.length; at += 2) {
    held |= (values[text.charCodeAt(at)] + values[text.charCodeAt(at + 1)] * SIGNS.length) << count;
    count += 13;
    for (; count >= 8 && place < packed.length; count -= 8) {
      packed[place++] = held & 255;
      held >>>= 8;
    }
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
};
const unpacked_text = async (text) => new TextDecoder().decode(await unpacked(text));
