/** Key-value pairs of Textract's blocks. They hold text of documents: nothing may print or keep them. */
import type { Block } from '../../../schemas/review/blocks.ts';

export interface FormPair {
  /** The id of the key's block. */
  readonly id: string | undefined;
  readonly key: string;
  readonly value: string;
  /** The lowest confidence of the pair's blocks and of the words of its value, in percent. */
  readonly confidence: number | undefined;
}

/** References between blocks that are followed. A form has some thousand; the same block may be referred to often. */
const MOST_REFERENCES = 500_000;

/** The pairs of `blocks`, and how many cannot be read because a block or a text is missing. */
export function formPairsOf(blocks: readonly Block[]): { pairs: FormPair[]; unreadable: number } {
  const byId = new Map(blocks.flatMap((block) => (block.id === undefined ? [] : [[block.id, block] as const])));
  const index: Index = { byId, left: MOST_REFERENCES };
  const keys = blocks.filter((block) => block.blockType === 'KEY_VALUE_SET' && block.entityTypes.includes('KEY'));
  const pairs = keys.flatMap((block): FormPair[] => {
    const values = related(block, 'VALUE', index);
    const key = textOf([block], index);
    const value = values === undefined ? undefined : textOf(values, index);
    if (key === undefined || value === undefined) return [];
    const confidences = [block, ...(values ?? [])]
      .map(({ confidence }) => confidence)
      .concat(value.confidences)
      .filter((confidence) => confidence !== undefined);
    return [
      {
        id: block.id,
        key: key.text,
        value: value.text,
        confidence: confidences.length === 0 ? undefined : confidences.reduce((one, other) => Math.min(one, other)),
      },
    ];
  });
  return { pairs, unreadable: keys.length - pairs.length };
}

interface Index {
  readonly byId: ReadonlyMap<string, Block>;
  /** How many references may still be followed. */
  left: number;
}

/** The blocks that `block` refers to; absent when one of them is missing, or there are too many. */
function related(block: Block, type: 'VALUE' | 'CHILD', index: Index): Block[] | undefined {
  const ids = block.relationships.filter((relationship) => relationship.type === type).flatMap(({ ids }) => ids);
  index.left -= ids.length;
  if (index.left < 0) return undefined;
  const blocks = ids.flatMap((id) => index.byId.get(id) ?? []);
  return blocks.length === ids.length ? blocks : undefined;
}

/** The words and check boxes of `blocks`. A block without any has no text. */
function textOf(
  blocks: readonly Block[],
  index: Index,
): { text: string; confidences: (number | undefined)[] } | undefined {
  const words: string[] = [];
  const confidences: (number | undefined)[] = [];
  for (const block of blocks) {
    const children = related(block, 'CHILD', index);
    if (children === undefined) return undefined;
    const parts = children.length === 0 && block.text !== undefined ? [block] : children;
    for (const part of parts) {
      const word = part.blockType === 'SELECTION_ELEMENT' ? part.selectionStatus : part.text;
      if (word === undefined) return undefined;
      words.push(word);
      confidences.push(part.confidence);
    }
  }
  return { text: words.join(' '), confidences };
}
