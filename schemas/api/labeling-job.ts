/**
 * What `DescribeLabelingJob` says of a labeling job, as far as it is decided on; the rest is kept as it came, to be sent back.
 *
 * SageMaker answers with empty strings where nothing was set (`KmsKeyId: ''`), and refuses them in a request: they count as
 * not there. Source: API reference; captured answers.
 */
import * as z from 'zod/mini';
import '../zod-english.ts';

/** Text that says something. */
const text = z.optional(z.string());
const count = z._default(z.number(), 0);
const instant = z.pipe(
  z.union([z.date(), z.string(), z.number()]),
  z.transform((value) => new Date(value)),
);

/** USD for one worker's answer on one object, as Mechanical Turk is told it. */
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
  LabelingJobStatus: z.string(),
  CreationTime: instant,
  LastModifiedTime: instant,
  FailureReason: text,
  LabelAttributeName: text,
  LabelCategoryConfigS3Uri: text,
  RoleArn: z.string(),
  LabelCounters: z._default(
    z.looseObject({ TotalLabeled: count, FailedNonRetryableError: count, Unlabeled: count, HumanLabeled: count }),
    { TotalLabeled: 0, FailedNonRetryableError: 0, Unlabeled: 0, HumanLabeled: 0 },
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

/** Reads the service's answer. */
export const LabelingDescription = z.pipe(
  z.pipe(
    z.unknown(),
    z.transform((answer) => withoutEmpty(answer)),
  ),
  Description,
);
export type LabelingDescription = z.output<typeof Description>;

/** The same without empty strings, empty lists and what is not set, however deep; and without what holds nothing else. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty).filter(isSomething);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const kept = withoutEmpty(inner);
      return isSomething(kept) && !isHollow(kept) ? [[key, kept]] : [];
    }),
  );
}

const isSomething = (value: unknown): boolean =>
  value !== '' && value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
/** An object of which nothing is left. */
const isHollow = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !(value instanceof Date) && Object.keys(value).length === 0;
