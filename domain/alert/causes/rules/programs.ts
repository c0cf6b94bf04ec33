/**
 * Words of programs inside the container, whoever prints them: PyTorch, TensorFlow, XGBoost, CUDA, NCCL, the kernel,
 * pip. A pattern quotes such a program closely, because anybody's text may hold single words such as "capacity".
 */
import { DISTRIBUTED, NETWORK, S3_ANSWERS } from './programs/connections.ts';
import { DATA_OF_LIBRARIES } from './programs/data.ts';
import { DATA, FILES, REST } from './programs/input.ts';
import { CUDA, MEMORY } from './programs/machine.ts';
import { MODELS } from './programs/model.ts';
import { PACKAGES, STARTED } from './programs/software.ts';
import { VERSIONS, VERSIONS_IN_GENERAL } from './programs/versions.ts';
import type { Rule } from './rule.ts';

/** In the order in which one message is judged: a message about memory often names NCCL or a file too. */
export const PROGRAMS: readonly Rule[] = [
  ...MEMORY,
  ...CUDA,
  ...DISTRIBUTED,
  ...VERSIONS,
  ...S3_ANSWERS,
  ...NETWORK,
  ...STARTED,
  ...PACKAGES,
  ...MODELS,
  ...FILES,
  ...DATA,
  ...DATA_OF_LIBRARIES,
  ...REST,
  ...VERSIONS_IN_GENERAL,
];
