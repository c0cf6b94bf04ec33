/**
 * Blocks of Amazon Textract, as A2I writes them: the names are camelCase, other than in Textract's own API.
 * Source: developer guide of SageMaker, "Amazon A2I Output Data"; Textract developer guide, "Block".
 */
import * as z from 'zod/mini';
import * as v from '../event/values.ts';
import { percentage, rawText } from './values.ts';

const texts = v.list(z.string(), Number.POSITIVE_INFINITY);

const Relationship = z.object({ type: rawText, ids: texts });

export const Block = z.object({
  id: rawText,
  blockType: rawText,
  /** Text of the document. */
  text: rawText,
  /** `SELECTED` or `NOT_SELECTED`, of a check box. */
  selectionStatus: rawText,
  confidence: percentage,
  entityTypes: texts,
  relationships: v.list(Relationship, Number.POSITIVE_INFINITY),
});
export type Block = z.output<typeof Block>;
