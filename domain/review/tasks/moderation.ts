/** Rekognition moderation: labels of an image that people confirm, reject or add. */
import type { ModerationLabel, Said } from '../../../schemas/review/a2i-output.ts';
import { type Compared, type FieldComparison, OTHER_LABELS } from '../comparison.ts';
import { mostSay } from './majority.ts';

/** What the model said: all labels, and those that it showed to people, because they met the flow's conditions. */
export interface ModelLabels {
  readonly shown: readonly ModerationLabel[];
  readonly all: readonly ModerationLabel[];
}

/**
 * Compares the answers with the labels that people saw. Workers submit only the labels that apply: an empty list
 * rejects all labels, a missing list is no answer. More than half of all answers decide, so a label that a minority
 * added counts as not added.
 *
 * `listed`: labels that the settings or the flow's conditions name. Other names that people add may be any words.
 */
export function compareLabels(
  { shown, all }: ModelLabels,
  answers: readonly (Said | undefined)[],
  listed: ReadonlySet<string>,
): Compared {
  const chosen = answers.flatMap((said) =>
    said?.moderationLabels === undefined ? [] : [new Set(said.moderationLabels.map(({ name }) => name))],
  );
  if (chosen.length === 0) return { why: 'unreadable-answers' };
  const answered = chosen.length;
  const seen = new Map(shown.map((label) => [label.name, label.confidence]));
  const asked = [...seen].map(([name, confidence]): FieldComparison => {
    const agreeing = chosen.filter((labels) => labels.has(name)).length;
    const isThere = mostSay(agreeing, answered - agreeing, answers.length);
    return {
      field: labelField(name),
      outcome: isThere === undefined ? 'undecided' : isThere ? 'confirmed' : 'rejected',
      confidence,
      answers: answered,
      agreeing,
      values: chosen.map((labels) => (labels.has(name) ? 1 : 0)),
    };
  });
  // Labels of the model that people did not see would count only when people name them.
  const ofModel = new Set([...shown, ...all].map(({ name }) => name));
  const others = new Set(chosen.flatMap((labels) => [...labels]).filter((name) => !ofModel.has(name)));
  const further = [...others].flatMap((name): FieldComparison[] => {
    const count = chosen.filter((labels) => labels.has(name)).length;
    const isThere = mostSay(count, answered - count, answers.length);
    if (isThere === false) return [];
    return [
      {
        field: listed.has(name) ? labelField(name) : OTHER_LABELS,
        written: listed.has(name) ? undefined : name,
        outcome: isThere === undefined ? 'undecided' : 'added',
        answers: answered,
        agreeing: answered - count,
        // Not everybody was asked about this label, so silence is no answer.
        values: [],
      },
    ];
  });
  const fields = [...asked, ...further];
  return fields.length === 0 ? { why: 'nothing-to-compare' } : { fields };
}

/** Words with spaces and the punctuation of label names. What workers type freely mostly looks different. */
const LABEL = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} &/'(),.+_-]{0,79}$/u;

/** The name of a label as field; what does not look like a label is not shown. */
export const labelField = (name: string): string => (LABEL.test(name) ? name : OTHER_LABELS);
