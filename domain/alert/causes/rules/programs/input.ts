/**
 * Words about files, data, hyperparameters, and mistakes that frameworks explain.
 * Sources: the programs' own messages, as their issue trackers and documentation quote them.
 */
import type { Rule } from '../rule.ts';

export const FILES: readonly Rule[] = [
  [
    /No data in (?:training|validation) channel path|(?:training|validation) data's path is not existed|Unknown input files path/,
    'no-input-data',
  ],
  [
    /Can't load (?:the )?\w{1,20}(?: \w{1,20})? for '\/(?:opt\/ml\/model|\.sagemaker\/mms\/models)|Unrecognized model in \/(?:opt\/ml\/model|\.sagemaker\/mms\/models)|[Nn]o SavedModel bundles found|any TF serving model bundles|SavedModel file does not exist/,
    'model-artifact-wrong',
  ],
  [
    /provide a model_fn implementation|not in gzip format|file could not be opened successfully|Model file is not found in model directory|model file (?:is )?corrupt/,
    'model-artifact-wrong',
  ],
  [
    /\bmodel\.tar\.gz\b.{0,60}\b(?:contains? no|is missing|does not contain|not a valid|corrupt)/,
    'model-artifact-wrong',
  ],
  [/BoostLearner: wrong model format|wrong model format|\bInvalidModelException\b/, 'model-artifact-wrong'],
  [/Can't find ['"]?\w{1,40}\.json['"]? (?:at|in) /, 'model-artifact-wrong'],
  [
    /Exactly one \.\w{1,12}\b|pickle data was truncated|Unable to load weights from .{0,30}checkpoint/,
    'model-artifact-wrong',
  ],
  [
    /There are no (?:input )?files in|\b[Nn]o (?:input |training |data |such ){0,2}(?:files?|objects|data) (?:were )?found (?:in|under|at)\b/,
    'no-input-data',
  ],
  [
    /does not appear to have a file named|Error no file named|invalid load key|Error while deserializing header|not a gzip file|finding central directory|file signature not found/,
    'model-artifact-wrong',
  ],
  [/Error\(s\) in loading state_dict/, 'model-artifact-wrong'],
  // A file that the job should have got. The code itself makes what is below /opt/ml/output and /opt/ml/checkpoints.
  [
    /(?:[Nn]o such file|[Nn]ot found|not exist|\[Errno 2\]).{0,60}['" ]\/(?:opt\/(?:ml\/(?:input|processing\/(?!output)|model|code)|program)|\.sagemaker\/mms\/models)\b/,
    'file-not-found-in-container',
  ],
  [
    /['" ]\/opt\/(?:ml\/(?:input|processing\/(?!output)|model|code)|program)\/\S{0,200}['"]?:? (?:[Nn]o such file|[Nn]ot found|does not exist)/,
    'file-not-found-in-container',
  ],
  [/Path does not exist: s3|NoSuchKey|The specified key does not exist/, 'no-input-data'],
];

export const DATA: readonly Rule[] = [
  [
    /has \d{1,9} features?, but .{1,60} is expecting \d|Parquet magic|Invalid Record ?IO|corrupted record at|Can't parse serialized Example/,
    'data-format-or-shape',
  ],
  [
    /Couldn't cast (?:column|array)|^time data .{1,80} does not match format|image file is truncated|Unable to infer schema for|cannot resolve .{1,80} given input columns/,
    'data-format-or-shape',
  ],
  [
    /special JSON characters in feature name|Error when parsing json|Failed to parse .{1,60} as (?:CSV|JSON)|Empty \.\w{1,12} file|Unsupported content[- ]type/i,
    'data-format-or-shape',
  ],
  // What does not fit has a shape, in the words of every framework.
  [
    /\b[Ss]hapes?\b.{0,120}\b(?:incompatible|mismatch|must|expected|not (?:match|equal|aligned|compatible)|cannot be)|\b(?:expected|must|mismatch|incompatible)\b.{0,80}\b(?:shapes?|dimensions?|same length|same size)\b/i,
    'data-format-or-shape',
  ],
  [
    /Target \d{1,9} is out of bounds|Unknown label type|you should probably activate truncation/,
    'data-format-or-shape',
  ],
  [
    /could not convert string to float|invalid literal for (?:int|float)|Input (?:X )?contains (?:NaN|infinity)/i,
    'data-format-or-shape',
  ],
  [
    /Expected 2D array|Found array with (?:0|dim)|inconsistent numbers of samples|Found input variables with/,
    'data-format-or-shape',
  ],
  [
    /size mismatch|[Ss]izes of tensors must match|size of tensor a .{1,80} must match|expects each tensor to be equal size/,
    'data-format-or-shape',
  ],
  [
    /expected scalar type|[Dd]ata ?type .{0,60}(?:not (?:understood|supported)|mismatch)|Expected (?:object|tensor|input) .{0,80}(?:dtype|batch_size|channels|Long)/,
    'data-format-or-shape',
  ],
  [
    /is incompatible with (?:the )?layer|could not be broadcast|cannot reshape array|setting an array element with a sequence/,
    'data-format-or-shape',
  ],
  [
    /Given groups=\d|expected input\[.{1,60}\] to have|[Tt]arget size .{1,60}must be the same as input/,
    'data-format-or-shape',
  ],
  [
    /Error tokenizing data|codec can't decode|Expecting (?:value|property name)|No columns to parse|Length mismatch: Expected/,
    'data-format-or-shape',
  ],
  [
    /feature_names (?:mismatch|may not|must)|[Nn]umber of (?:features|columns|labels|classes) .{0,80}(?:match|expected|must)|Feature shape mismatch/,
    'data-format-or-shape',
  ],
  [
    /Failed to (?:load|parse) (?:csv|libsvm|parquet|recordio|json|protobuf)\w{0,8} data|Blankspace and colon not found/i,
    'data-format-or-shape',
  ],
  [
    /cannot copy sequence with size|Assertion `t >= 0 && t < n_classes`|cannot identify image file|valid magic number|Unable to read data channel|[Cc]ontent[- ]type .{0,80}(?:not supported|unsupported|must be|expected)/,
    'data-format-or-shape',
  ],
  [
    /Mismatch between number of|label must be in \[0, num_class\)|[Ll]abels? .{0,40}(?:must be|should be|out of range)|Invalid classes inferred/,
    'data-format-or-shape',
  ],
  [
    /DataFrame\.dtypes for data must be|preds?\.[Ss]ize\(\) ?== ?(?:info\.)?labels|Unable to (?:parse|decode) (?:row|line|record)/i,
    'data-format-or-shape',
  ],
  [
    /Unable to locate the facet|Headers (?:in config|must contain label)|Feature names not found|No Label values are present/,
    'data-format-or-shape',
  ],
  [/\bfeature_dim\b.{0,80}(?:match|mismatch|not equal)/, 'data-format-or-shape'],
  [
    /previously unseen labels|The least populated class in y|Columns must be same length as key|Could not infer dtype of/,
    'data-format-or-shape',
  ],
  [
    /not found in axis|are in the \[(?:columns|index)\]|\] not in index\b|Missing (?:required )?columns?\b|Usecols do not match/,
    'data-format-or-shape',
  ],
  [
    /Label set is empty|Non-numeric value|Unknown file type|Delimiter '.{1,6}' is not found|[Uu]nexpected label/,
    'data-format-or-shape',
  ],
  [
    /label must be (?:in \[0, ?1\]|nonnegative)|only contains pos or neg samples|Got input data without labels/,
    'data-format-or-shape',
  ],
  [
    /Could not determine delimiter on line|Hidden file found in the data path|does not follow LIBSVM/,
    'data-format-or-shape',
  ],
];

export const REST: readonly Rule[] = [
  [
    /base_score must be in|Parameter \w{1,40} should be (?:greater|less)|Require input for parameter '|updater should be (?:one|selected)/,
    'hyperparameter-invalid',
  ],
  [
    /Metric '.{1,40}' (?:can only be applied|is not supported)|can be used only when the tree_method|Do not need to setup parameter/,
    'hyperparameter-invalid',
  ],
  [/\baccept_eula\b|\bend-user license agreement\b/, 'entry-point-or-arguments'],
  [/Extraneous channel found|Pipe mode (?:for \S{1,40} is no longer|is not|not) supported/, 'entry-point-or-arguments'],
  [/\bmini_batch_size\b.{0,80}(?:must|should|larger|greater|less|smaller|exceed)/, 'hyperparameter-invalid'],
  [
    /Expected all tensors to be on the same device|does not require grad|backward through the graph a second time/,
    'user-code-error',
  ],
  [
    /Expected to have finished reduction|Cannot re-initialize CUDA in forked|finished its bootstrapping phase/,
    'user-code-error',
  ],
  [
    /modified by an inplace operation|Attempting to deserialize object on a CUDA device|Read-only file system/,
    'user-code-error',
  ],
  [/(?:caused by ValidationError\)|Failed validating u?'\w{1,30}' in schema)/, 'hyperparameter-invalid'],
  [
    /value .{1,40} for Parameter \w{1,40} (?:should|exceed)|Invalid Parameter format for \w{1,40} expect|Hyperparameter \w{1,40}: value/,
    'hyperparameter-invalid',
  ],
  [
    /\b[Ll]oss (?:is|became|was|=) ?(?:nan|NaN)\b|\b[Nn]a[Nn] loss\b|NaN or Inf found in (?:loss|gradient)/,
    'user-code-error/nan-loss',
  ],
  [/\[Errno 13\].{0,60}s3:\/\/|Forbidden.{0,40}s3:\/\//, 's3-permission'],
  // nginx, and batch transform, of a server that does not run.
  [/\b[Mm]odel container failed to respond to ping\b|\bupstream\b.{0,200}"GET \/ping /, 'endpoint-health-check'],
  // Go prints the signal of a nil pointer.
  [/\bpanic: runtime error: |\[signal SIGSEGV: segmentation violation code=/, 'user-code-error'],
  [/Segmentation fault|\bSIGSEGV\b|exited on signal 11\b/, 'unknown/segmentation-fault'],
];
