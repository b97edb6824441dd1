"use strict";

// The bytes of what is packed in the page: in base 64, and compressed with gzip.
const unpacked = async (base64) => {
  const packed = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
};
const unpacked_text = async (base64) => new TextDecoder().decode(await unpacked(base64));
