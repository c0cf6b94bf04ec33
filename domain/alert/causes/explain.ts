/**
 * Why something failed, in plain words.
 *
 * A reason is read as it is built: first who speaks, then what that speaker says. SageMaker's statements count only
 * from SageMaker. An error of the code counts by the type of its exception, then by the words of well-known programs.
 * What may mean several things is `unknown`.
 */
import { causeFor, type Key } from './advice/advice.ts';
import type { Cause } from './cause.ts';
import { codeErrorIn } from './code-error.ts';
import { listen, oneLine, type Spoken } from './listen.ts';
import { apiErrorIn, beginsWithApiError, explainApiError } from './rules/api.ts';
import { nodeFaultIn } from './rules/nodes.ts';
import { humanLoopIn, isOfHumanLoop, labelingIn } from './rules/people.ts';
import { quotaIn } from './rules/quota.ts';
import { algorithmErrorIn, statementOf } from './rules/service.ts';

/** What a reason is about. */
export interface About {
  /** The type of the resource, as in `domain/kinds.ts`: `training-job`, `endpoint`, `cluster-node`. */
  readonly type: string;
  readonly status: string | undefined;
}

/**
 * The cause behind a failure reason. Its code is `unknown` where the reason cannot tell, such as a bare exit code.
 * Absent if nothing in the reason is known.
 */
export function explainFailure(reason: string, { type, status }: About): Cause | undefined {
  const spoken = listen(reason);
  const key = ofType(spoken, type, status) ?? ofAlgorithm(spoken);
  return key === undefined ? undefined : causeFor(key);
}

/**
 * The cause behind the end of a log, the oldest line first: a traceback, or the last words of a well-known program.
 * Absent if the lines cannot tell.
 */
export function explainError(lines: readonly string[]): Cause | undefined {
  const last = lines.slice(-MOST_LINES).map((line) => line.trim());
  const end = oneLine(last.join('\n').slice(-MOST_CHARACTERS), MOST_CHARACTERS);
  const key = last.includes('Killed') ? 'host-memory/killed' : codeErrorIn(end);
  return key === undefined || key === 'unknown/raised' ? undefined : causeFor(key);
}

const MOST_LINES = 200;
const MOST_CHARACTERS = 16_000;

/** Types whose failures have words of their own. */
function ofType(spoken: Spoken, type: string, status: string | undefined): Key | undefined {
  if (type === 'human-loop' && status !== 'Stopped') return humanLoopIn(spoken.text);
  if (type === 'cluster-node') return nodeFaultIn(spoken.text, status);
  if (type === 'labeling-job') return ofLabeling(spoken);
  return undefined;
}

/** The request of a labeling job is its set-up. */
function ofLabeling(spoken: Spoken): Key | undefined {
  const key = ofSpeaker(spoken);
  if (key === 'entry-point-or-arguments') return 'labeling-configuration';
  return isVague(key) ? (labelingIn(spoken.text) ?? key) : key;
}

function ofSpeaker(spoken: Spoken): Key | undefined {
  const { by, text, exitCode } = spoken;
  if (by === 'code') return codeErrorIn(text, exitCode) ?? 'unknown/script';
  if (by === 'unsaid' && RAISED_AT_START.test(text) && !beginsWithApiError(text) && !OF_MODEL.test(text)) {
    const raised = codeErrorIn(text, exitCode) ?? 'unknown/script';
    return isVague(raised) && isOfHumanLoop(text) ? humanLoopIn(text) : raised;
  }
  const said = ofService(spoken);
  // SageMaker may quote the error of the script.
  if (said === 'user-code-error/lifecycle-script') return codeErrorIn(text) ?? said;
  // SageMaker quotes what the container answered.
  if (said === 'unknown/model-error') return ofAnswer(text) ?? said;
  const known = said ?? codeErrorIn(text, exitCode);
  if (!isVague(known)) return known;
  return isOfHumanLoop(text) ? humanLoopIn(text) : (known ?? bare(spoken));
}

/** SageMaker's own algorithms refuse their parameters and data as errors of the client. */
function ofAlgorithm(spoken: Spoken): Key | undefined {
  const key = ofSpeaker(spoken);
  const isRefusal = /^C(?:lient|ustomer ?)Error$/.test(spoken.kind ?? '') && key !== 'unknown/refused';
  return isRefusal && isVague(key) ? (algorithmErrorIn(spoken.text) ?? key) : key;
}

/** The error of the code in what a container answered to a request. */
function ofAnswer(text: string): Key | undefined {
  const [, answer] = /\bfrom \w{1,60} with message ["'](.{1,4096})/.exec(text) ?? [];
  const key = answer === undefined ? undefined : codeErrorIn(answer);
  return isVague(key) || key?.startsWith('unknown/') ? undefined : key;
}

/** Whether `key` says nothing that another reading of the text could not say better. */
const isVague = (key: Key | undefined) => key === undefined || key === 'unknown/raised' || key === 'unknown/refused';

const bare = ({ exitCode }: Spoken): Key | undefined => (exitCode === undefined ? undefined : 'unknown/script');

const RAISED_AT_START = /^[\w.]{1,120}(?:Error|Exception): |^Traceback /;

/** SageMaker quotes the answer of a model: `Received server error (500) from primary with message "…"`. */
const OF_MODEL =
  /^(?:(?:[\w.]{1,80}\.)?ModelError(?:Exception)?: )?(?:An error .{1,120}: )?Received (?:server|client) error \((\d{1,3})\) from .{1,80}? with message ["'](.{0,2048})/;

/** A model that takes or gives another type of content says so with these answers of HTTP. */
const OF_CONTENT = /^(?:406|415)$/;

function ofService({ text, kind }: Spoken): Key | undefined {
  const [, http = '', answer] = OF_MODEL.exec(text) ?? [];
  if (answer !== undefined)
    return OF_CONTENT.test(http) ? 'data-format-or-shape' : (codeErrorIn(answer) ?? 'unknown/model-error');
  if (beginsWithApiError(text)) {
    const error = apiErrorIn(text);
    return error === undefined ? undefined : explainApiError(error);
  }
  if (kind === 'ResourceLimitExceeded') return quotaIn(text);
  return statementOf(text) ?? ofKind(kind, text);
}

/** What the kind of the error says, if the statement is not known. */
function ofKind(kind: string | undefined, text: string): Key | undefined {
  if (kind === undefined) return undefined;
  if (/CapacityError$/.test(kind)) return 'capacity';
  if (/^Internal|^ServerError|^ServiceUnavailable/.test(kind)) return 'internal-service-error';
  if (!/Exception$/.test(kind)) return undefined;
  return explainApiError({ error: kind, message: text });
}
