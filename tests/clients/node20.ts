/** The SDK is written for Node 22; where the machine has Node 20, this is what it misses there. */
const promises = Promise as unknown as { withResolvers?: () => object };

promises.withResolvers ??= () => {
  let resolve: unknown;
  let reject: unknown;
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};
