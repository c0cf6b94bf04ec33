/** The environment of a process that has no settings of a user, no credentials and no home. */
export const BARE: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  // Loads modules faster, and changes nothing else: see `vitest.config.ts`.
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};
