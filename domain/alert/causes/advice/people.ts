/** Causes in work that people do: labeling jobs of Ground Truth and human loops of A2I. */
import type { Advice, AdviceKey } from './form.ts';

export const PEOPLE = {
  'labeling-configuration': {
    cause: 'Something in the set-up of the labeling job is wrong.',
    nextStep:
      'Correct what the reason names: input manifest, label categories, worker template, team, or bucket (CORS).',
    retry: 'after-change',
  },
  'labeling-configuration/lambda': {
    cause: 'A Lambda function of the labeling job failed, or could not be invoked.',
    nextStep:
      'Read the log of the function that the reason names. If it has no entry, allow the role of the job ' +
      'lambda:InvokeFunction on it.',
    retry: 'after-change',
  },
  a2i: {
    cause: 'The human review workflow (A2I) failed.',
    nextStep: 'Read the reason. Then start a new human loop with another name.',
    retry: 'after-change',
  },
  // The API reference of DescribeHumanLoop names these failure codes: ValidationError, Expired, InternalError.
  'a2i/validation-error': {
    cause: 'A2I could not use the input or the worker template of the human loop.',
    nextStep:
      'Check the input JSON against the worker template, the S3 access of the role, and CORS of the bucket. ' +
      'Then start a new human loop.',
    retry: 'after-change',
  },
  'a2i/expired': {
    cause: 'The human loop expired before enough workers answered.',
    nextStep:
      'Check that workers of the team can sign in and see tasks. To give them more time, raise ' +
      'TaskAvailabilityLifetimeInSeconds in the flow definition. Then start a new human loop.',
    retry: 'yes',
  },
  'a2i/internal-error': {
    cause: 'A2I had an internal error. Your input is probably not the cause.',
    nextStep: 'Start a new human loop with the same input. If it fails again, contact AWS support.',
    retry: 'once',
  },
} as const satisfies Partial<Record<AdviceKey, Advice>>;
