/** What the last frame of a traceback says, which raised the exception: whose code it is, and what it did. */
import type { Key } from '../advice/advice.ts';
import { firstOf, type Rule } from './rule.ts';

const LONGEST = 800;
const INSTALLED = /^File "[^"]{0,160}\/(?:site|dist)-packages\/[\w.-]{1,60}\//;

/** By the last frame of the traceback, the type, and the message. */
const BY_FRAME: readonly Rule[] = [
  [
    /^File "[^"]{0,200}\/pip\/_|^(?:.{0,800} )?pip\._\S{1,100}: |metadata-generation-failed|This error originates from a subprocess/,
    'dependency-install-failed',
  ],
  // SageMaker's toolkits for training lack an argument: the entry point, the directory of the model.
  [
    /^File "[^"]{0,160}\/sagemaker_(?:training|containers|\w{1,30}_container)\/(?!serving|model)[^"]{1,80}".{0,600} AttributeError: 'NoneType' object/,
    'entry-point-or-arguments',
  ],
  [/\bsys\.argv\[\d{1,2}\].{0,200} IndexError: list index/, 'entry-point-or-arguments'],
  [/\bos\.environ\[.{0,200} KeyError: /, 'entry-point-or-arguments'],
  // The toolkit found no code of the job, or no archive.
  [
    /\/sagemaker_(?:training|containers)\/.{0,600}\b(?:download_and_extract|s3_download)\b.{0,600}(?:\b404\b|\bNoSuchKey\b|\bReadError\b)/,
    'entry-point-or-arguments',
  ],
  // A library checks the versions of the packages that it needs.
  [/\bdependency_versions_check\.py|\brequire_version(?:_core)?\(/, 'framework-version-conflict'],
  // The model is of a type that this version does not know.
  [
    /^File "[^"]{0,160}\/transformers\/models\/auto\/[^"]{1,60}".{0,600} KeyError: '[a-z]/,
    'framework-version-conflict',
  ],
  // Another version wrote the file.
  [
    /^File "[^"]{0,200}\/(?:pickle|numpy_pickle|cloudpickle|_pickle)\w{0,20}\.py".{0,600} (?:Key|Type|Attribute|Value)Error: /,
    'framework-version-conflict',
  ],
  [
    /^File "[^"]{0,160}\/(?:torch\/distributed|horovod|smdistributed|deepspeed\/comm|distributed\/comm)\/.{0,700} \w{0,30}Error: .{0,120}\b(?:timed? ?out|reset|refused|closed|broken pipe|unreachable)\b/i,
    'distributed-communication',
  ],
];

/** What the frame says together with the type and the message of its exception. */
export const frameIn = (frame: string, type: string, message: string): Key | undefined =>
  firstOf(BY_FRAME, `${frame.slice(0, LONGEST)} ${type}: ${message}`);

/** Whether a frame is in an installed package, not in the code of a person. */
export const isInstalled = (frame: string): boolean => INSTALLED.test(frame);
