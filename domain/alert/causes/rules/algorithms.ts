/** What Neo and SageMaker's own algorithms say about models, parameters and data. */
import type { Rule } from './rule.ts';

/** Statements of Neo about a model, after `InputConfiguration:`. Source: developer guide, "Neo compilation errors". */
export const NEO: readonly Rule[] = [
  [/^(?:Bucket .{1,80} is in region|.{0,100}different from AWS Sagemaker service region)/i, 'no-input-data/region'],
  [/^S3 object does not exist/i, 'no-input-data'],
  [
    /^(?:Invalid|Missing|Wrong|Unexpected|Unable to determine) .{0,60}\binput (?:names?|tensors?|nodes?|dimensions?)\b|^Invalid input names?\b/i,
    'data-format-or-shape',
  ],
  [/wrong shape|input[ -]shapes?\b|\bDataInputConfig\b/i, 'data-format-or-shape'],
  [
    /^(?:Incompatible|Unsupported)\b|^Unable to load(?: the)? provided \w{1,20} model\. Error: |not implemented|not supported/i,
    'framework-version-conflict',
  ],
  [/^(?:Exactly|Only) one\b|^No\b|^Multiple\b|^Unable to untar|\bis allowed\b/i, 'model-artifact-wrong'],
];

/** What SageMaker's own algorithms say of parameters and data, in any words. Weaker than all rules above. */
export const ALGORITHM: readonly Rule[] = [
  [/\b(?:model|image|role|bucket|endpoint|artifact|manifest|instance|memory|log|internal)\b/i, 'unknown/script'],
  [/\bhyper-?parameter|\b(?:value of |invalid )parameter\b|\bparameter value\b/i, 'hyperparameter-invalid'],
  [
    /\b(?:invalid|not|no|mismatch|fail|unable|empty|wrong|unsupported|expect|missing|must|only|few|short|duplicate|unknown)\w{0,10}\b.{0,160}\b(?:csv|libsvm|recordio|record|rec|lst|json\w{0,5}|parquet|protobuf|header|labels?|columns?|rows?|lines?|content-?type|encoding|format|annotations?|dimensions?|features?|time ?series|timestamps?)\b/i,
    'data-format-or-shape',
  ],
  [
    /\b(?:csv|libsvm|recordio|records?|json\w{0,5}|parquet|protobuf|header|labels?|columns?|rows?|content-?type|encoding|format|annotations?|dimensions?|features?|time ?series|timestamps?)\b.{0,160}\b(?:invalid|not|mismatch|fail|unable|empty|wrong|unsupported|expect|missing|must|only|few|short|duplicate|unknown)\w{0,10}\b/i,
    'data-format-or-shape',
  ],
];
