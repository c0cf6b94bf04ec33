/** The form of the advice about a cause. */
import type { FailureCode } from '../../../../schemas/message/cause-codes.ts';
import type { Retry } from '../cause.ts';

/** A code, or a code and its detail. */
export type AdviceKey = FailureCode | `${FailureCode}/${string}`;

export interface Advice {
  readonly cause: string;
  readonly nextStep: string;
  /** `undefined` if the reason does not tell whether the same request may succeed later. */
  readonly retry: Retry | undefined;
}
