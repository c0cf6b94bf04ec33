/**
 * Words about software: packages that are missing or not installed, and programs that do not start.
 * Sources: the programs' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

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
    /['"]?pip3?['"]?,? ['"]?install\b.{0,900}(?:returned non-zero|exit (?:status|code))|InstallRequirementsError|InstallModuleError/,
    'dependency-install-failed',
  ],
  [
    /\bnvcc was not found|CUDA_HOME environment variable is not set|command ['"]?(?:\S{0,60}\/)?(?:gcc|g\+\+|cmake|nvcc|cargo|x86_64-linux-gnu-gcc)['"]? (?:failed|not found)/,
    'dependency-install-failed',
  ],
  [
    /\bpip\._internal\b|\bpip\/_(?:internal|vendor)\/|\bfailed with error code \d{1,3} in \S{0,200}(?:pip-|\/src\/)|Command "python setup\.py egg_info" failed|Cannot uninstall ['"]?\w|uninstall-(?:no-record-file|distutils-installed)|externally-managed-environment/,
    'dependency-install-failed',
  ],
  [
    /Could not install packages due to an? \w{2,20}|Could not build wheels for|legacy-install-failure|Failed to build installable wheels|DO NOT MATCH THE HASHES|Double requirement given|Could not open requirements file|Could not find a version that satisfies/,
    'dependency-install-failed',
  ],
  [
    /\b(?:LibMamba)?UnsatisfiableError\b|\bSolverProblemError\b|No solution found when resolving dependencies|E: Unable to locate package|installation of package [‘'].{1,60}[’'] had non-zero exit status|\bapt-get\b.{0,300}returned a non-zero code|\bconda\b.{0,200}(?:returned non-zero|Solving environment: failed)/,
    'dependency-install-failed',
  ],
  [
    /\b(?:[Ff]ailed|[Uu]nable|[Ee]rror) (?:to install|installing|while installing)\b.{0,60}\b(?:requirements?|packages?|dependenc(?:y|ies)|modules?|wheels?)\b|\b(?:requirements(?:\.txt)?|dependenc(?:y|ies)|package) install(?:ation)? (?:has )?failed/,
    'dependency-install-failed',
  ],
  [
    /No module named (?:['"]\w|[\w.]{1,120}\b(?! [a-z]))|Cannot find module '|there is no package called|libGL\.so\S{0,4}: cannot open/,
    'missing-module',
  ],
  [/\brequires \S{1,80}, which is not installed/, 'missing-module'],
  [/error while loading shared libraries: |: cannot open shared object file/, 'missing-module'],
];

export const STARTED: readonly Rule[] = [
  // A shell runs a script in Python, and the other way round.
  [
    /\.py: (?:line )?\d{1,5}: \S{1,80}: (?:command )?not found|\.py: line \d{1,5}: syntax error near|\bimport: (?:command )?not found/,
    'entry-point-or-arguments/not-started',
  ],
  [
    /\b[Ee]ntry[ _-]?(?:[Pp]oint|[Ss]cript)\b.{0,80}\b(?:not (?:found|exist|set|specified|defined|provided|valid|executable)|missing|do(?:es not|esn't) exist|invalid|is None|(?:is|are) required)\b|\b(?:[Mm]issing|[Nn]o|[Ii]nvalid|[Cc]annot find|[Cc]ould not find|[Uu]nable to find) (?:the |an? |your )?(?:\w{1,20} )?entry[ _-]?(?:point|script)\b/,
    'entry-point-or-arguments',
  ],
  // The SDK refuses what its classes were given.
  [
    /\b(?:[Pp]lease |[Mm]ust |[Nn]eed to |[Hh]ave to |[Ss]hould )(?:provide|specify|set|pass|use|supply)\b.{0,80}\b(?:image_uri|entry_point|source_dir|instance_type|instance_count|framework_version|transformers_version|py_version|algorithm_arn|model_data|train_instance_(?:type|count)|output_path|role(?:_arn)?|job_name)\b/,
    'entry-point-or-arguments',
  ],
  [
    /\b(?:image_uri|entry_point|entry_script|source_dir|source_code|instance_types?|instance_count|framework_version|transformers_version|py_version|algorithm_arn|output_path|volume_size|max_wait|max_run|use_spot_instances|checkpoint_s3_uri)\b['"`]?.{0,60} (?:(?:is|are|must|should|has to|have to|need to|cannot|can't|may not)\b.{0,40}\b(?:required|specified|provided|set|passed|empty|None|be|supported|valid|greater|less)\b|(?:is|was) (?:not|missing))/,
    'entry-point-or-arguments',
  ],
  [
    /\b(?:Empty|Unsupported|Invalid) (?:SageMaker )?(?:instance type|processor|image scope|Python version|framework version|accelerator type)\b|\b(?:torch_distributed|pytorchddp|smdistributed|smddp|torchrun|parameter_server|mpi|heterogeneous cluster)\b.{0,80}\b(?:(?:is|are) (?:only |not )?(?:currently )?supported|only supports?)\b|SMDebug Does Not Currently Support/i,
    'entry-point-or-arguments',
  ],
  [
    /No file named ["'].{1,120}["'] was found in directory|\bargument -{1,2}[\w/-]{1,60}: (?:invalid|expected|not allowed|ignored)|invalid choice: .{1,80}\(choose from|Could not consume arg: |Key '[\w.]{1,60}' is not in struct|LexerNoViableAltException|mismatched input '|Missing mandatory value: /,
    'entry-point-or-arguments',
  ],
  [
    /(?<!CUDA_HOME )\b[Ee]nv(?:ironment)? var(?:iable)?s? ['"`]?\$?\w{1,60}['"`]? (?:is |are |was |must be |expected, but )?(?:not |un)?(?:set|defined|specified|provided|found)\b|\b[Mm]issing (?:required )?env(?:ironment)? var/,
    'entry-point-or-arguments',
  ],
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
