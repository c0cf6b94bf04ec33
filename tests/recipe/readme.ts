/** The steps of the README's recipe "Add an event type", as an engineer would follow them. */
export interface Step {
  readonly file: string;
  /** What the step says to write. */
  readonly text: string;
  /** Lines to write. */
  readonly lines: number;
}

const STEP = /^\d+\. `([^`]+)`[^\n]*(?:\n {3}[^\n]*)*?\n+ {3}```\w*\n([\s\S]*?)\n {3}```$/gm;

/** The steps in the text of the README. */
export function stepsIn(readme: string): Step[] {
  const [, recipe = ''] = /^## Add an event type\n([\s\S]*?)^## /m.exec(readme) ?? [];
  return [...recipe.matchAll(STEP)].map(([, file = '', block = '']) => {
    const text = block.replaceAll(/^ {3}/gm, '');
    return { file, text: `${text}\n`, lines: text.split('\n').length };
  });
}
