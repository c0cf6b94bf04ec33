/** What is reconciled, in the order it is done. The words are resource types, and first words of resource keys. */
export const RECONCILED = [
  'training-job',
  'tuning-job',
  'processing-job',
  'transform-job',
  'labeling-job',
  'endpoint',
  'pipeline-execution',
] as const;
export type Reconciled = (typeof RECONCILED)[number];
