/**
 * Records the calls of a command: `node --import <this file>`. The command's calls are those of the person who runs it.
 */
import { basename } from 'node:path';
import { recordCalls } from './recorder.ts';

const folder = process.env['GROUND_CONTROL_CALLS'];
const [, program = '', first = ''] = process.argv;
if (folder !== undefined) recordCalls(folder, () => `${basename(program)} ${first}`.trim());
