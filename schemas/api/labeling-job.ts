/**
 * The answer of `DescribeLabelingJob`. The schema names the fields that decisions read. It keeps all others, because
 * the request for a chained job repeats them.
 *
 * SageMaker answers with empty strings where nothing was set (`KmsKeyId: ''`), but refuses them in a request. The
 * schema therefore removes them. Source: API reference; captured answers.
 */
import * as z from 'zod/mini';
import '../zod-english.ts';

/** Absent when SageMaker answers with an empty string: `withoutEmpty` removed it. */
const text = z.optional(z.string());
/** Absent when SageMaker does not report the counter (API reference, LabelCounters: none is required). Never 0 then. */
const count = z.optional(z.number());
/** The console shows "Complete with labeling errors". No API document has it, but if it came, the job has completed. */
const status = z.pipe(
  z.string(),
  z.transform((value) => (/^complete/i.test(value) ? 'Completed' : value)),
);
const instant = z.pipe(
  z.union([z.date(), z.string(), z.number()]),
  z.transform((value) => new Date(value)),
);

/** Price of one worker's answer on one object: the sum of its parts, in USD. Set for public (Mechanical Turk) teams. */
const Price = z.looseObject({
  AmountInUsd: z.optional(
    z.looseObject({
      Dollars: z.optional(z.number()),
      Cents: z.optional(z.number()),
      TenthFractionsOfACent: z.optional(z.number()),
    }),
  ),
});

const Description = z.looseObject({
  LabelingJobName: z.string(),
  LabelingJobArn: z.string(),
  LabelingJobStatus: status,
  CreationTime: instant,
  LastModifiedTime: instant,
  FailureReason: text,
  LabelAttributeName: text,
  LabelCategoryConfigS3Uri: text,
  RoleArn: z.string(),
  LabelCounters: z._default(
    z.looseObject({ TotalLabeled: count, FailedNonRetryableError: count, Unlabeled: count, HumanLabeled: count }),
    {},
  ),
  InputConfig: z.looseObject({
    DataSource: z.looseObject({
      S3DataSource: z.optional(z.looseObject({ ManifestS3Uri: z.string() })),
      SnsDataSource: z.optional(z.unknown()),
    }),
  }),
  OutputConfig: z.looseObject({ S3OutputPath: z.string() }),
  HumanTaskConfig: z.looseObject({
    WorkteamArn: z.string(),
    PreHumanTaskLambdaArn: text,
    UiConfig: z.optional(z.looseObject({ HumanTaskUiArn: text })),
    AnnotationConsolidationConfig: z.optional(z.looseObject({ AnnotationConsolidationLambdaArn: text })),
    NumberOfHumanWorkersPerDataObject: z.optional(z.number()),
    TaskAvailabilityLifetimeInSeconds: z.optional(z.number()),
    PublicWorkforceTaskPrice: z.optional(Price),
  }),
  LabelingJobAlgorithmsConfig: z.optional(z.looseObject({})),
  StoppingConditions: z.optional(
    z.looseObject({
      MaxHumanLabeledObjectCount: z.optional(z.number()),
      MaxPercentageOfInputDatasetLabeled: z.optional(z.number()),
    }),
  ),
  Tags: z._default(z.array(z.object({ Key: z.string(), Value: z._default(z.string(), '') })), []),
  LabelingJobOutput: z.optional(z.looseObject({ OutputDatasetS3Uri: text, FinalActiveLearningModelArn: text })),
});

/** A labeling job as SageMaker describes it, without empty values. Times are `Date`s. Missing counters are unknown. */
export const LabelingDescription = z.pipe(
  z.pipe(
    z.unknown(),
    z.transform((answer) => withoutEmpty(answer)),
  ),
  Description,
);
export type LabelingDescription = z.output<typeof Description>;

/**
 * `value` without empty strings, empty lists, `null` and `undefined`, at any depth, and without objects left empty by
 * that.
 */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty).filter(isSet);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const kept = withoutEmpty(inner);
      return isSet(kept) && !isEmptyObject(kept) ? [[key, kept]] : [];
    }),
  );
}

const isSet = (value: unknown): boolean =>
  value !== '' && value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0;
