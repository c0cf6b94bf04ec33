/**
 * Records the calls of AWS clients in this process, while `GROUND_CONTROL_CALLS` names a folder: one line of JSON for
 * each call, in a file of this process. `npm run test:permissions` and `npm run test:requests` read them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as modern from '@smithy/core/client';
import { recordedInput } from './recorded-call.ts';

const callers = new AsyncLocalStorage<string>();

/** `handler` with its calls recorded as those of the function called `name`, or that its context names. */
export const attributed =
  <Event, Context extends { readonly functionName: string }, Result>(
    handler: (event: Event, context: Context) => Result,
    name?: string,
  ): ((event: Event, context: Context) => Result) =>
  (event, context) =>
    callers.run(name ?? context.functionName, () => handler(event, context));

/** The part of an SDK client that names its service, such as `SageMaker`. */
interface Named {
  readonly config: { readonly serviceId?: string };
}

/** The part of an SDK command that the SDK's service models know. */
interface Sent {
  readonly input?: unknown;
}

/**
 * Records every call from now on. `origin` says what made calls that no function makes, such as a test file or a
 * command.
 */
export function recordCalls(folder: string, origin: () => string): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${process.pid}-${Date.now()}.jsonl`);
  // Clients that are loaded with `require` have a base class of their own.
  const common: typeof modern = createRequire(import.meta.url)('@smithy/core/client');
  for (const { prototype: clients } of new Set([modern.Client, common.Client])) {
    const prototype: { send: (this: Named, command: Sent, ...rest: unknown[]) => unknown } = clients as never;
    const send = prototype.send;
    prototype.send = function (command, ...rest) {
      const call = {
        by: callers.getStore(),
        origin: origin(),
        service: this.config.serviceId,
        operation: command.constructor.name.replace(/Command$/, ''),
        input: recordedInput(command.input),
        configuration: keptConfiguration(folder),
      };
      appendFileSync(file, `${JSON.stringify(call)}\n`);
      return send.call(this, command, ...rest);
    };
  }
}

/** Name of the file in `folder` that has the configuration of this process; functions have its permissions. */
function keptConfiguration(folder: string): string | undefined {
  const path = process.env['GROUND_CONTROL_CONFIG'];
  if (path === undefined || !existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  const name = `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`;
  const kept = join(folder, name);
  if (!existsSync(kept)) writeFileSync(kept, text);
  return name;
}
