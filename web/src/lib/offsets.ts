// The server counts bytes of UTF-8, the editor UTF-16 units. For ASCII they are the same.

// toUnits is the place in the text that lies `bytes` bytes from its start; a place within a
// character is the start of it, one beyond the end is the end.
export function toUnits(text: string, bytes: number): number {
  let seen = 0;
  let at = 0;
  for (const character of text) {
    seen += byteLength(character.codePointAt(0)!);
    if (seen > bytes) return at;
    at += character.length;
  }
  return at;
}

function byteLength(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

// range is the part of the text that a fault is about; never empty where there is text.
export function range(text: string, offset = 0, length = 0): { from: number; to: number } {
  const from = toUnits(text, offset);
  const to = length > 0 ? toUnits(text, offset + length) : wordEnd(text, from);
  if (to > from) return { from, to };
  return { from: Math.max(0, from - 1), to: Math.min(text.length, Math.max(from, 1)) };
}

function wordEnd(text: string, from: number): number {
  const word = /^[\p{L}\p{N}_]+|^\S/u.exec(text.slice(from));
  return from + (word ? word[0].length : 0);
}
