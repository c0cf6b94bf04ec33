/**
 * A function that calls `build` at its first call and returns the same value ever after. It keeps clients that few
 * events need out of the cold start.
 */
export function lazy<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
