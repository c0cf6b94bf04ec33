/** Versions that do not fit together, and imports that failed. */
import type { Key } from '../advice/advice.ts';
import { isLibrary, isOfOtherPython, isOfPython, isPartOfLibrary } from './libraries.ts';
import { VERSIONS, VERSIONS_IN_GENERAL } from './programs/versions.ts';
import { firstOf } from './rule.ts';

/** A call that does not fit the function. */
const SIGNATURE =
  /\(\) (?:got (?:an unexpected|multiple values)|missing \d{1,2} required|takes (?:no|\d{1,2}|from \d{1,2}|exactly|at most)\b)/;
/** Classes whose names say that they are of a library: `Seq2SeqTrainingArguments.__init__()`, `DataFrame.drop()`. */
const LIBRARY_CALL =
  /^(?:\w{0,60}(?:Config|Arguments|Trainer|EngineArgs|Tokenizer(?:Fast)?|For[A-Z]\w{1,40}|MTModel|OneHotEncoder|Accelerator|LabelEncoder|Adam[Ww]?|SGD|LogisticRegression|RandomForest(?:Classifier|Regressor)|InputLayer|Conv[123]D|LSTM|GRU|Dense|BatchNormalization|DataLoader|ModelCheckpoint|EarlyStopping|SparkSession|XGB(?:Classifier|Regressor|Ranker)|LGBM(?:Classifier|Regressor|Ranker))(?:\.\w{1,60})?|(?:NDFrame|DataFrame\w{0,20}|Series\w{0,20}|Index|ndarray|Tensor)\.\w{1,60})\(\) (?:got|takes)\b/;
const LIBRARY_OBJECT =
  /^'(?:\w{0,60}(?:Config|Arguments|EngineArgs|Tokenizer(?:Fast)?|GroupBy|Resampler|Trainer|Accelerator|FreeTypeFont|EntryPoints|KeyedVectors|Word2Vec|SparkSession|Engine|Styler)' object has no attribute|(?:Sequential|Functional|Model)' object has no attribute '(?:predict_(?:classes|proba|generator)|fit_generator|evaluate_generator|_\w{1,60})|dict' object has no attribute '(?:iteritems|iterkeys|itervalues|has_key)'|DynamicCache' object has no attribute|(?:DataFrame|Series|Index)' object has no attribute '(?:append|iteritems|ix|as_matrix|sort|mad|applymap|lookup|get_value|set_value|is_monotonic)')/;
/** Arguments that libraries added, renamed or removed. */
const RENAMED = new RegExp(
  "\\(\\) got an unexpected keyword argument '(?:" +
    // transformers, PEFT, TRL.
    'eval(?:uation)?_strategy|num_items_in_batch|processing_class|use_auth_token|torch_dtype|dtype|' +
    'cache_position|dispatch_batches|use_flash_attention_2|attn_implementation|enable_gqa|' +
    '(?:num_)?logits_to_keep|past|load_in_[48]bit|low_cpu_mem_usage|quantization_config|device_map|' +
    'trust_remote_code|safe_serialization|hub_token|neftune_noise_alpha|include_tokens_per_second|ddp_timeout|' +
    'torch_compile|max_seq_length|dataset_text_field|packing|per_gpu_\\w{1,30}|overwrite_output_dir|' +
    'model_init_kwargs|' +
    // PyTorch, Lightning.
    'weights_only|gpus|auto_select_gpus|truncated_bptt_steps|distributed_backend|progress_bar_refresh_rate|' +
    'tpu_cores|checkpoint_callback|weights_summary|resume_from_checkpoint|terminate_on_nan|auto_lr_find|' +
    'amp_backend|amp_level|replace_sampler_ddp|val_percent_check|enable_checkpointing|prefetch_factor|' +
    'persistent_workers|norm_first|use_orig_params|device_mesh|use_reentrant|antialias|size_average|' +
    // scikit-learn, XGBoost, LightGBM.
    'sparse(?:_output)?|base_estimator|min_impurity_split|n_iter|normalize|squared|force_all_finite|' +
    'ensure_all_finite|iid|presort|affinity|needs_(?:proba|threshold)|zero_division|early_stopping_rounds|' +
    'verbose_eval|evals_result|use_label_encoder|ntree_limit|iteration_range|enable_categorical|silent|fobj|' +
    // pandas, NumPy.
    'line_?terminator|error_bad_lines|warn_bad_lines|on_bad_lines|squeeze|numeric_only|mangle_dupe_cols|' +
    'infer_datetime_format|date_parser|join_axes|dtype_backend|allow_pickle|' +
    // TensorFlow, Keras.
    'lr|ragged|batch_shape|batch_input_shape|time_major|nb_epoch|border_mode|W_regularizer|b_regularizer|' +
    'dim_ordering|experimental_run_tf_function|sample_weight_mode|write_grads|save_format|jit_compile|' +
    // the SDK, connections, Python.
    'train_\\w{1,40}|image_name|distributions|model_server_workers|serverless_inference_config|' +
    'model_reference_arn|keep_alive_period_in_seconds|enable_remote_debug|proxies|allowed_methods|' +
    'method_whitelist|socket_options|kw_only|slots' +
    ")'",
);
/** Functions of libraries that nobody else names so. */
const LIBRARY_FUNCTION =
  /^(?:\w{1,60}\.)?(?:from_pretrained|find_packages|load_dataset|prepare_model_for_\w{1,40}|get_peft_model|init_process_group)\(\) got an unexpected keyword argument/;
/** What an estimator lacks that another version stored in a file: private attributes, and some others. */
const ESTIMATOR =
  /^'(?:\w{0,60}(?:Imputer|Encoder|Scaler|Transformer|Vectorizer|Binarizer|Discretizer|Classifier|Regressor|Regression|Ranker|Tree|Forest|Boosting|Loss|SV[CR]|NB|CV)|KMeans|PCA|Booster|Pipeline|Ridge|Lasso|ElasticNet|DMatrix|DataFrame|Series|BlockManager)' object has no attribute '(?:_(?!_)\w{1,60}|use_label_encoder|monotonic_cst|positive|prob[AB]_|gpu_id|enable_categorical|predictor|keep_empty_features|sparse_output|n_features_|base_estimator|callbacks|feature_types|device|handle)'/;
/** Syntax and C libraries that another version of Python or OpenSSL has. */
const OTHER_PYTHON =
  /^unsupported operand type\(s\) for \|: '(?:type|NoneType|ABCMeta|_GenericAlias|_UnionGenericAlias)'|^an integer is required \(got type bytes\)|^future feature annotations is not defined|^type object '[A-Z]\w{1,60}' has no attribute '_(?!_)|^'type' object is not subscriptable|^'dict_\w{1,10}' object (?:is not subscriptable|does not support indexing)|^Missing parentheses in call to|^mutable default <class|^name '(?:unicode|xrange|raw_input|basestring|unichr|execfile|reload|file|cmp)' is not defined|^dataclass\(\) got an unexpected/;
const OPENSSL = /^module 'lib' has no attribute '(?:X509|OpenSSL|SSL|GEN)_/;
/** What Python itself had, or has, in another version. */
const PYTHON_ATTRIBUTE =
  /^module '(?:time' has no attribute 'clock|base64' has no attribute '(?:de|en)codestring|platform' has no attribute '(?:linux_distribution|dist)|pkgutil' has no attribute '(?:ImpImporter|find_loader)|asyncio' has no attribute '(?:coroutine|async|run|to_thread|timeout|TaskGroup)|string' has no attribute '(?:letters|maketrans|join|uppercase|lowercase|replace)|os' has no attribute '(?:getcwdu|errno)|sys' has no attribute '(?:maxint|setdefaultencoding)|cgi' has no attribute 'escape|math' has no attribute '(?:prod|comb|dist|lcm)|ast' has no attribute '(?:Str|Num|NameConstant|unparse)|datetime' has no attribute 'UTC|itertools' has no attribute '(?:izip|imap|ifilter|pairwise|batched)|functools' has no attribute '(?:cache|cached_property)|types' has no attribute '(?:\w{2,20}Type|NoneType|UnionType)|configparser' has no attribute 'SafeConfigParser|locale' has no attribute 'format|unittest' has no attribute 'makeSuite)'/;
const PYTHON_PARTS = /^(?:collections|distutils|fractions|importlib|inspect|ssl|typing)(?:\.|$)/;
/** What is handed to a library by mistake. */
const VALUE = /^'(?:NoneType|list|dict|tuple|int|float|bool|str|bytes|set|function|DataFrame|Series|ndarray|Tensor)'/;

/**
 * Whether an exception says that versions do not fit: a library calls something that is not there, or its class or
 * module lacks what another version has.
 */
export function isOfVersions(short: string, message: string, isOfLibrary: boolean): boolean {
  if (OTHER_PYTHON.test(message)) return true;
  if (short === 'AttributeError') {
    const [, name] = /^(?:partially initialized )?module '?([\w.]{1,80})'? has no attribute /.exec(message) ?? [];
    if (
      isLibrary(name) ||
      PYTHON_PARTS.test(name ?? '') ||
      PYTHON_ATTRIBUTE.test(message) ||
      OPENSSL.test(message) ||
      ESTIMATOR.test(message) ||
      LIBRARY_OBJECT.test(message) ||
      /^'str' object has no attribute 'decode'/.test(message)
    )
      return true;
    return isOfLibrary && / has no attribute '|^can't set attribute/.test(message) && !VALUE.test(message);
  }
  if (short === 'TypeError')
    return (
      LIBRARY_CALL.test(message) ||
      LIBRARY_FUNCTION.test(message) ||
      RENAMED.test(message) ||
      (isOfLibrary && SIGNATURE.test(message))
    );
  return isOfLibrary && /^(?:NameError|SyntaxError|IndentationError)$/.test(short);
}

const BINARY = /\blib(?:torch|c10|tensorflow|arrow)\w{0,30}\.so\b/;
const NVIDIA = /\blib(?:cuda|cudart|cudnn|cublas|nvrtc|nvidia-ml)\w{0,12}\.so\b/;
const UNFIT =
  /undefined symbol|\bGLIBC(?:XX)?_|multiarray failed to import|is required for a normal functioning|incompatib|found existing|only supports OpenSSL|Detected an installation of version|requires the latest version of|cannot import name '?(?:soft_unicode|url_quote|cached_download|DEFAULT_CIPHERS)\b/i;
const INSTALLED = /\([^)]{0,200}\/(?:(?:site|dist)-packages|lib\/python\d\.\d{1,2})\//;
const INSTALL =
  /\binstall(?:ed)?\b|\brequire[sd]?\b|\bPlease use an? .{1,60}(?:image|container|DLC)\b|missing optional dependency|cannot open shared object|DLL load/i;

/** What the message of an `ImportError` or a `ModuleNotFoundError` means. Absent if it may mean several things. */
export function importErrorIn(message: string): Key | undefined {
  if (NVIDIA.test(message)) return 'cuda-driver-mismatch';
  if (UNFIT.test(message) || BINARY.test(message)) return 'framework-version-conflict';
  if (firstOf(VERSIONS, message) !== undefined || firstOf(VERSIONS_IN_GENERAL, message) !== undefined)
    return 'framework-version-conflict';
  const [, lacking] = /\bmodule '([\w.]{1,80})' has no attribute '/.exec(message) ?? [];
  if (isLibrary(lacking)) return 'framework-version-conflict';
  // Python looks for modules, not for files.
  if (/No module named ['"]?[\w.]{1,120}\/\w/.test(message)) return 'entry-point-or-arguments';
  const [, missing] = /No module named ['"]?([\w.]{1,120})/.exec(message) ?? [];
  if (missing !== undefined) return submodule(missing);
  const [, source] = /cannot import name .{1,120}? from ['"]([\w.]{1,120})/.exec(message) ?? [];
  // A file of the script may have the name of a library.
  if (/\(\/opt\/ml\/code\//.test(message)) return 'user-code-error';
  // What Python brings itself has another path than packages.
  if (isLibrary(source) || isOfPython(source) || INSTALLED.test(message)) return 'framework-version-conflict';
  if (/partially initialized module|attempted relative import/.test(message)) return 'user-code-error';
  return source === undefined && INSTALL.test(message) ? 'missing-module' : undefined;
}

/** Python names `a.b` only if it found `a`. If `a` is a library, its version does not have `b`. */
const submodule = (name: string): Key =>
  isPartOfLibrary(name) || isOfOtherPython(name) ? 'framework-version-conflict' : 'missing-module';
