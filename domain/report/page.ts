/** One page that needs no other file, runs no script and asks nobody. */
import { Html, html } from './html.ts';
import { SHARED_STYLES } from './styles.ts';

/** SHA-256 of a text in Base64: browsers apply the styles of a page only if they have the hash that the page allows. */
export type Sha256 = (text: string) => string;

export interface Page {
  readonly title: string;
  /** The styles that only this page has. */
  readonly styles: string;
  /** What follows the title. */
  readonly header?: Html | undefined;
  readonly main: readonly Html[];
  readonly footer?: Html;
}

/** The page as HTML: light or dark as the reader's system, and fit to print. */
export function reportPage({ title, styles, header, main, footer }: Page, sha256: Sha256): string {
  const css = `${SHARED_STYLES}\n${styles}`;
  const hash = sha256(css);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy"
content="default-src 'none'; style-src ${new Html(`'sha256-${hash}'`)}; base-uri 'none'; form-action 'none'">
<style>${new Html(css)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${header}
</header>
<main>
${main}
</main>
${footer === undefined ? undefined : html`<footer>${footer}</footer>`}
</body>
</html>
`.markup;
}
