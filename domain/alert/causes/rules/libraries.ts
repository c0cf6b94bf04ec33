/** Names of modules: packages that jobs install or find in the container, and what Python brings itself. */

/** The lists are of import names, by subject. What such a package lacks, another version has. */
const PACKAGES =
  // Arrays, tables, statistics, plots.
  'altair awkward bokeh cudf cuml cupy dask duckdb fastparquet geopandas h5py hdf5plugin joblib matplotlib modin ' +
  'networkx numba numcodecs numexpr numpy openpyxl pandas patsy plotly polars pyarrow pydeck rasterio scipy ' +
  'seaborn shapely skimage sklearn sklearnex statsmodels streamlit sympy vaex xarray zarr ' +
  // Machine learning without deep networks.
  'autogluon catboost causalml econml fairlearn featuretools gensim gluoncv gluonnlp gluonts gym gymnasium ' +
  'hyperopt imblearn kmodes lifelines lightfm lightgbm mlxtend nltk onnx onnxmltools onnxruntime openvino optuna ' +
  'pmdarima prophet pycaret pyod shap skl2onnx skopt sktime spacy stable_baselines3 textblob thinc tpot treelite ' +
  'tsfresh xgboost yellowbrick ' +
  // Deep learning.
  'albumentations chainer colossalai cv2 deepspeed detectron2 dgl diffusers einops fairscale fairseq fastai ' +
  'fastcore flair flax flash_attn haiku horovod imageio imgaug insightface jax jaxlib keras keras_applications ' +
  'keras_cv keras_nlp keras_preprocessing keras_tuner kornia lightning lightning_fabric mediapipe mmcv mmdet ' +
  'mmengine mmseg monai mxnet neuronx_distributed object_detection open_clip optax orbax paddle PIL ' +
  'pytorch_lightning segmentation_models_pytorch smdebug smdistributed tensorboard tensorboardX tensorflow ' +
  'tensorflow_addons tensorflow_datasets tensorflow_estimator tensorflow_hub tensorflow_io tensorflow_probability ' +
  'tensorflow_text tensorrt tf2onnx tf_keras tf_slim tflearn theano timm torch torch_geometric torch_neuron ' +
  'torch_neuronx torch_xla torchao torchaudio torchdata torchmetrics torchtext torchvision transformer_engine ' +
  'triton ultralytics xformers yolox ' +
  // Language models.
  'accelerate allennlp auto_gptq autoawq axolotl bitsandbytes cohere datasets gptqmodel gradio haystack ' +
  'huggingface_hub langchain langchain_community langchain_core langchain_openai langgraph liger_kernel litellm ' +
  'llama_cpp llama_index llmcompressor lmdeploy openai optimum paddleocr peft safetensors ' +
  'sagemaker_huggingface_inference_toolkit sentence_transformers sentencepiece setfit sglang simpletransformers ' +
  'tiktoken tokenizers transformers trl unsloth unsloth_zoo vllm whisper xgrammar ' +
  // AWS, services, servers.
  'aiobotocore aiohttp anyio awscli awswrangler boto3 botocore celery certifi click connexion fastapi flask ' +
  'flask_cors fsspec gevent google googleapiclient gql graphene grpc gunicorn httpcore httpx itsdangerous jinja2 ' +
  'jsonschema jwt kafka kfp markupsafe mlflow mms model_archiver multi_model_server pymongo pymysql pyspark ray ' +
  'redis requests requests_toolbelt s3fs s3transfer sagemaker sagemaker_containers sagemaker_core ' +
  'sagemaker_inference sagemaker_pytorch_container sagemaker_sklearn_container sagemaker_tensorflow_container ' +
  'sagemaker_training sagemaker_xgboost_container snowflake sqlalchemy sqlmodel starlette stepfunctions torchserve ' +
  'tritonclient tornado urllib3 uvicorn wandb werkzeug zmq ' +
  // What others stand on.
  'absl antlr4 attr attrs bcrypt bs4 cattrs cffi cloudpickle colorama contextlib2 cryptography Crypto dateutil ' +
  'decord dill docutils entrypoints eventlet filelock frozendict gast google_auth greenlet hydra IPython ipykernel ' +
  'ipywidgets jsonpickle jupyter_client jwcrypto librosa lxml marshmallow moviepy msgpack multidict multiprocess ' +
  'nbconvert nbformat omegaconf OpenSSL orjson packaging paramiko passlib pip pkg_resources platformdirs pluggy ' +
  'protobuf psutil psycopg2 pyasn1 pycocotools pydantic pydantic_core pydantic_settings pydub pygments pynvml ' +
  'pytest pytz pywt regex ruamel setuptools six sniffio soundfile soupsieve tenacity termcolor tqdm traitlets ' +
  'typer typing_extensions typing_inspect tzlocal wrapt yaml yarl';

/** Modules of Python itself. Their names differ between its versions. */
const OF_PYTHON =
  'abc array ast asyncio base64 cgi codecs collections concurrent configparser contextlib csv ctypes dataclasses ' +
  'datetime distutils enum fractions functools gettext graphlib hashlib hmac html http importlib inspect io ' +
  'itertools json locale math multiprocessing os pathlib pickle pipes pkgutil platform plistlib shlex shutil ' +
  'socket sqlite3 ssl subprocess sys tarfile tempfile time tomllib traceback types typing unittest urllib uuid ' +
  'weakref xml zipfile zoneinfo';

/** Modules that one version of Python has and another lacks. */
const OF_SOME_PYTHON =
  'ConfigParser HTMLParser Queue SocketServer StringIO Tkinter UserDict __builtin__ asynchat asyncore cPickle ' +
  'cStringIO httplib imp smtpd telnetlib tomllib urllib2 urlparse xmlrpclib';

const namesOf = (list: string) => new Set(list.split(' '));
const LIBRARIES = namesOf(PACKAGES);
const PYTHON = namesOf(OF_PYTHON);
const SOME_PYTHON = namesOf(OF_SOME_PYTHON);

/** Packages of several makers share these names: any part of them may be missing. */
const SHARED = namesOf('google ruamel');

const topOf = (name: string | undefined) => name?.split('.')[0] ?? '';

/** Whether the module `name`, such as `sklearn.svm`, is of a package in the list. */
export const isLibrary = (name: string | undefined): boolean => LIBRARIES.has(topOf(name));

/** Whether the module `name` is a part of a package in the list, which another version has. */
export const isPartOfLibrary = (name: string): boolean =>
  name.includes('.') && !SHARED.has(topOf(name)) && (isLibrary(name) || isOfPython(name));

/** Whether the module `name` is of Python itself. */
export const isOfPython = (name: string | undefined): boolean => PYTHON.has(topOf(name));

/** Whether the module `name` is of Python itself, but not in all of its versions. */
export const isOfOtherPython = (name: string): boolean => SOME_PYTHON.has(name);
