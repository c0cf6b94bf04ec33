/** Lines of a plain-text e-mail. */

const COLUMNS = 72;

/** Wraps `text` at 72 columns: the first line begins with `first`, the others with `rest`. Long words stay whole. */
export function wrap(text: string, first: string, rest = first): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line = empty ? line + word : `${line} ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}
