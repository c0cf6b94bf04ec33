/**
 * Why the validation of a model package or an algorithm failed. SageMaker runs several checks, and gives the reason with
 * each one. Source: API reference, ModelPackageStatusDetails and AlgorithmStatusDetails.
 */
import * as z from 'zod/mini';
import * as v from '../values.ts';

const checks = v.list(z.object({ Name: v.text, FailureReason: v.rawReason }));

/** The reasons of all failed checks, each with the name of its check; absent when none has a reason. */
export const validationFailures = v.mapped(
  v.part({ ValidationStatuses: checks, ImageScanStatuses: checks }),
  (details): string | undefined =>
    [...(details?.ValidationStatuses ?? []), ...(details?.ImageScanStatuses ?? [])]
      .flatMap(({ Name, FailureReason }) =>
        // Who speaks comes first, so that the cause is found.
        FailureReason === undefined ? [] : [Name === undefined ? FailureReason : `${FailureReason} (check: ${Name})`],
      )
      .join('; ') || undefined,
);
