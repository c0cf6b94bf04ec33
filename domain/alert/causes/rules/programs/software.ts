/**
 * Words about software: versions, packages that are missing or not installed, and programs that do not start.
 * Sources: the programs' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

export const VERSIONS: readonly Rule[] = [
  [
    /version [`'"](?:GLIBC|GLIBCXX|CXXABI)_[\d.]{1,10}['"]? not found|undefined symbol: |binary incompatibility/,
    'framework-version-conflict',
  ],
  [
    /compiled using NumPy 1\.x cannot be run|numpy\.core\.multiarray failed to import|numpy\.dtype size changed/,
    'framework-version-conflict',
  ],
  [
    /Transformers does not recognize this architecture|Weights only load failed|unsupported pickle protocol/,
    'framework-version-conflict',
  ],
  [
    /code\(\) argument \d{1,3} must be|code(?:\(\) takes at most| expected at most| argument) \d{1,3} (?:positional )?arguments?,? (?:\(\d{1,3} given\)|got \d)/,
    'framework-version-conflict',
  ],
  [
    /is required for a normal functioning of this module, but found|requires a different Python:|needs? to be upgraded to/,
    'framework-version-conflict',
  ],
  [
    /Torch not compiled with CUDA enabled|Descriptors (?:cannot (?:not )?|should not )be created directly/,
    'framework-version-conflict',
  ],
  [
    /model format version|Could not interpret (?:optimizer|metric|activation)|Unknown layer: ["']?\w/,
    'framework-version-conflict',
  ],
  [
    /requires .{1,80}, but you have .{1,80} which is incompatible|Unable to compare versions for/,
    'framework-version-conflict',
  ],
  [
    /were compiled with different CUDA versions|operator torchvision::\w{1,30} does not exist|versions are incompatible|module compiled against A[BP]I version/,
    'framework-version-conflict',
  ],
  [
    /was removed in the NumPy 2\.0 release|\bNumpy is not available|_ARRAY_API not found|Keras 3 only supports|is Keras 3, but|only supports OpenSSL/,
    'framework-version-conflict',
  ],
  [
    /Unrecognized keyword arguments(?: passed to \w|: \[)|has been moved to the `pydantic-settings`|maximum supported version for reading is/,
    'framework-version-conflict',
  ],
  // A file that another version of the library pickled.
  [
    /Can't get attribute '\w{1,80}' on <module '(?:sklearn|numpy|pandas|scipy|torch|transformers|xgboost|lightgbm)\b/,
    'framework-version-conflict',
  ],
  [/from the pickle has an incompatible dtype/, 'framework-version-conflict'],
  [/`rope_scaling` must be a dictionary|did not match any variant of untagged enum/, 'framework-version-conflict'],
  [/unrecognized arguments: --local[-_]rank/, 'framework-version-conflict'],
];

export const PACKAGES: readonly Rule[] = [
  [/\berror: command '.{1,60}' failed|ERROR: Invalid requirement/, 'dependency-install-failed'],
  [
    /No matching distribution found|Could not find a version that satisfies the requirement|ResolutionImpossible/,
    'dependency-install-failed',
  ],
  [
    /Failed building wheel|subprocess-exited-with-error|metadata-generation-failed|ResolvePackageNotFound|PackagesNotFoundError/,
    'dependency-install-failed',
  ],
  [
    /['"]?pip3?['"]?,? ['"]?install\b.{0,200}(?:returned non-zero|exit (?:status|code))|InstallRequirementsError|InstallModuleError/,
    'dependency-install-failed',
  ],
  [
    /No module named (?:['"]\w|[\w.]{1,120}\b(?! [a-z]))|Cannot find module '|there is no package called|libGL\.so\S{0,4}: cannot open/,
    'missing-module',
  ],
  [/error while loading shared libraries: |: cannot open shared object file/, 'missing-module'],
];

export const STARTED: readonly Rule[] = [
  [/docker pull \S{1,300}['"]?.{0,20}returned non-zero/, 'image-pull'],
  [/Failed to validate input data configuration/, 'entry-point-or-arguments'],
  [
    /exec user process caused:? ['"]?(?:no such file|permission denied|exec format)|\bexec \/\S{1,160}: (?:no such file|permission denied)|permission denied: unknown\b/,
    'entry-point-or-arguments/not-started',
  ],
  [/\b(?:ba|da|z)?sh: \S{1,80}: (?:command )?not found/, 'entry-point-or-arguments/not-started'],
  [
    /\b(?:unknown|unrecognized|invalid|illegal) (?:command[- ]line flag '|(?:flag|option)s?:? (?:-- '|['"‘]?-{1,2}\w))|No such option:? ['"]?-/i,
    'entry-point-or-arguments',
  ],
  // The program of a library: its version, or an argument of the person.
  [/(?:server|launch(?:er)?)(?:\.py)?: error: unrecognized/, 'unknown/raised'],
  [
    /\b(?:ba|da|z)?sh: \S{1,160}: (?:No such file or directory|Permission denied)|\benv: .{1,60}: No such file or directory|bad interpreter\b|\bexec \S{1,80} failed: /,
    'entry-point-or-arguments/not-started',
  ],
  [/exec: ".{1,200}?": (?:permission denied|no such file|stat )/, 'entry-point-or-arguments/not-started'],
  [
    /wasn't found\. Please make sure that the file exists|Unknown input channel: |^Endpoint with name .{1,80} does not exist/,
    'entry-point-or-arguments',
  ],
  [
    /\b(?:image_uri|algorithm_arn|entry_point|instance_type|framework_version)\b.{0,60} (?:is|are|must be) (?:required|specified|provided)/,
    'entry-point-or-arguments',
  ],
  [
    /can't open file '.{1,200}?': \[Errno 2\]|executable file not found in \$PATH|[eE]xec format error|cannot execute|\bpython[\d.]{0,5}: No module named/,
    'entry-point-or-arguments/not-started',
  ],
  [
    /(?:OCI runtime|runc|container_linux).{0,200}(?:no such file|permission denied)/,
    'entry-point-or-arguments/not-started',
  ],
  [/\b(?:ba|da|z)?sh: (?:line )?\d{1,5}: \S{1,80}: (?:command )?not found/, 'entry-point-or-arguments/not-started'],
  [
    /\b[\w-]{1,60}\.py: error: |error: (?:unrecognized arguments|the following arguments are required|argument -{0,2}[\w/-]{1,60}:)|No such option: -/,
    'entry-point-or-arguments',
  ],
  [
    /are not used by the HfArgumentParser|Error: (?:Missing|Invalid value for) |Missing option ['"]--|unexpected extra argument|Could not override '|argparse actions for/,
    'entry-point-or-arguments',
  ],
];
