/** Everything the service can do, as data. */
import type { Notice } from './render/notice.ts';

/** Tells people. */
export interface NotifyAction {
  readonly kind: 'notify';
  /** Names the effect: whatever is done under one key is done once. */
  readonly key: string;
  /** The resource it is about. */
  readonly resource: string;
  readonly notice: Notice;
}

/** Keeps what cannot be read, with the reason, for people to look at. */
export interface QuarantineAction {
  readonly kind: 'quarantine';
  readonly input: unknown;
  readonly reason: string;
}

export type Action = NotifyAction | QuarantineAction;

/** An action without its contents, for logs: kind and identity, no text of other people. */
export interface ActionSummary {
  readonly kind: Action['kind'];
  readonly id?: string;
  readonly reason?: string;
}

/** What may be logged about `action`. */
export function summarise(action: Action): ActionSummary {
  return action.kind === 'notify'
    ? { kind: action.kind, id: action.key }
    : { kind: action.kind, reason: action.reason };
}
