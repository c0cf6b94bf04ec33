/**
 * Records where the time of a bundle goes that `timed-build.ts` built: evaluating its modules, by owner; steps of the
 * handler; calls by service.
 */

/** Milliseconds of wall and CPU time. */
export interface Time {
  readonly wall: number;
  readonly cpu: number;
}

export const now = (): Time => {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
};

export const between = (start: Time, end: Time): Time => ({ wall: end.wall - start.wall, cpu: end.cpu - start.cpu });

/** Times by name, in the order in which they first occurred. */
export const recorded: Record<string, Time> = {};

/** When the first module began; absent until then. */
export let firstModule: Time | undefined;

const add = (name: string, { wall, cpu }: Time): void => {
  const before = recorded[name] ?? { wall: 0, cpu: 0 };
  recorded[name] = { wall: before.wall + wall, cpu: before.cpu + cpu };
};

/** What runs now: modules that require others, and steps within steps. */
const open: string[] = [];
let since: Time | undefined;

/** Counts the time since the last change for what ran. */
function turn(): void {
  const time = now();
  const running = open.at(-1);
  if (running !== undefined && since !== undefined) add(running, between(since, time));
  since = time;
}

function begin(name: string): void {
  turn();
  firstModule ??= since;
  open.push(name);
}

function end(): void {
  turn();
  open.pop();
}

/** Times a step that ends before it returns. A step within it is not counted twice. */
function step<T>(name: string, run: () => T): T {
  begin(name);
  try {
    return run();
  } finally {
    end();
  }
}

const called = new Set<string>();

/** Times a call; the first one of a service also builds connections and reads settings. */
async function call<T>(service: string, send: () => Promise<T>): Promise<T> {
  const name = called.has(service) ? `later calls of ${service}` : `first call of ${service}`;
  called.add(service);
  const start = now();
  try {
    return await send();
  } finally {
    add(name, between(start, now()));
  }
}

Object.assign(globalThis, {
  __begin: (owner: string) => begin(`import ${owner}`),
  __end: end,
  __step: step,
  __call: call,
});
