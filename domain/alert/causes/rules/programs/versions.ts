/**
 * Words about versions that do not fit together: of packages, Python, models, and files that other versions wrote.
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
  [
    /Could not infer dtype of numpy\.|is not a known BitGenerator module|bad marshal data|\bmix (?:the )?(?:new and old|old and new)\b|build proto file into descriptor pool|Unknown RoPE scaling|Tokenizer class \w{1,60} does not exist or is not currently imported|^mutable default <class|bad magic number in '/,
    'framework-version-conflict',
  ],
  [
    /compiled (?:against|with|for) .{1,60}\bbut (?:found|the|is|got|loaded|runtime)\b|Loaded runtime CuDNN library|compiled without (?:GPU|CUDA) support|not (?:compiled|built) with (?:CUDA|GPU)|is not compatible with eager execution|detected CUDA version .{1,20} mismatches/,
    'framework-version-conflict',
  ],
  // A model for a newer or older server or runtime.
  [
    /\b(?:[Bb]ackend|[Mm]odel|[Aa]rchitecture|[Tt]okenizer)\b.{0,200}\bunknown variant `[\w.-]{1,60}`, expected|Unsupported model architecture\b|[Mm]odel architectures? \[?.{1,60} (?:is|are) not supported for now|are not supported for now/,
    'framework-version-conflict',
  ],
  [
    /Op type not registered '|NodeDef mentions attr|Unknown builtin op: |Unsupported (?:model IR|ONNX opset|class file major) version|ONNX Runtime only \*?guarantees|No Op registered for \w|Keyword argument not understood/,
    'framework-version-conflict',
  ],
  [
    /Python in worker has different version|different (?:minor|major) versions|Trying to unpickle estimator .{1,80} from version .{1,40}(?:Error|error)/,
    'framework-version-conflict',
  ],
  [/CXXABI_[\d.]{1,10} not found|GLIBC(?:XX)?_[\d.]{1,10} not found/, 'framework-version-conflict'],
  [/Unsupported [\w-]{1,40} version: .{1,40}You may need to upgrade your SDK version/, 'framework-version-conflict'],
  [
    /is required (?:for|by|but|and) .{0,60}(?:but )?(?:found|installed|you have)\b.{0,20}\d|running Python is \d/,
    'framework-version-conflict',
  ],
];

/** What libraries say in general. */
export const VERSIONS_IN_GENERAL: readonly Rule[] = [
  [
    /\b(?:upgrade|downgrade|update) [\w.-]{1,40} to (?:at least |version )?v?\d{1,3}\.\d/i,
    'framework-version-conflict',
  ],
  [/\bversion[ _]?mismatch\b|\bmismatch(?:ed|ing)? (?:\w{1,40} )?versions?\b/i, 'framework-version-conflict'],
  // What is needed, and what is there: `torch>=2.1 is required, but found 2.0.1`.
  [
    /\b(?!(?:be|is|are|to|of|was|than|values?)\b)[A-Za-z][\w.\]-]{1,40} ?(?:>=|<=|==|~=) ?v?\d{1,4}(?:\.\d{1,4}){1,3}\b.{0,80}\b(?:but|found|detected|got|you have|running)\b.{0,60}\d\.\d/i,
    'framework-version-conflict',
  ],
  [
    /\bversions?\b.{0,60}\d\.\d.{0,60}\b(?:but|found|detected|got|you have|expected|received|while|whereas|running|when using)\b.{0,60}\d\.\d/i,
    'framework-version-conflict',
  ],
  [
    /\b[Tt]his version of [\w.-]{1,60}(?: [\w.-]{1,40})? (?:requires|needs|only supports|does not support|is (?:incompatible|not compatible))/,
    'framework-version-conflict',
  ],
  [
    /\b(?:incompatible|(?:not|no longer) compatible) with (?:the )?(?:\w{1,30} )?(?:versions?\b|[\w-]{2,40} ?(?:[<>=~]{1,2} ?|v)?\d{1,3}\.[\dx])|\bversions?\b.{0,60}\b(?:incompatible|(?:is|are) not compatible)\b/i,
    'framework-version-conflict',
  ],
  [
    /\b(?:generated|serialized|saved|trained|created|exported|written|pickled) (?:by|with|in|using) (?:a |an )?(?:newer|older|different|incompatible)\b/i,
    'framework-version-conflict',
  ],
  // What another version had: `was removed in pandas 2.0`, `no longer supported in openai>=1.0.0`.
  [
    /\b(?:was|were|has been|have been|is|are) (?:now |deprecated and )?(?:removed|renamed|no longer (?:supported|available)) (?:in|from|since|as of|by|with)\b.{0,60}(?:[<>=]{1,2} ?\d|\bv?\d{1,3}\.\d|\bversion\b)/i,
    'framework-version-conflict',
  ],
  [
    /\b(?:[Pp]lease|need to|must|try to) (?:upgrade|downgrade|update) (?:to |your |the |installed )?(?:version|package|library|transformers|torch|pytorch|numpy|pandas|scikit-learn|tensorflow|keras|peft|accelerate|datasets|sagemaker|boto3)\b/i,
    'framework-version-conflict',
  ],
];
