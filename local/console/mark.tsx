/** How bad something is, at a glance. */
import type { Severity } from '../../schemas/vocabulary.ts';

/** Shapes, since colour alone does not tell. */
const MARKS: Readonly<Record<Severity, string>> = { critical: '▲', error: '◆', warning: '■', info: '●' };

export const Mark = ({ severity }: { readonly severity: Severity }) => (
  <>
    <span aria-hidden="true">{MARKS[severity]}</span>
    <span class="hidden">{severity}: </span>
  </>
);
