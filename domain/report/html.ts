/** Builds HTML in which text cannot become markup. */

/** Markup that `html` built. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = string | number | Html | readonly Html[] | undefined;

/** A template of HTML. Strings in it are escaped; `undefined` is left out. */
export const html = (markup: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(String.raw({ raw: markup }, ...parts.map(markupOf)));

function markupOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.markup;
  return typeof part === 'object' ? part.map(({ markup }) => markup).join('') : escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters are not allowed in HTML, so they become a replacement character. */
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '').replaceAll(/(?![\t\n])\p{Cc}/gu, '\uFFFD');
