/** Changes whenever the wording of our instructions or the embedded rules change what comes out. */
export const promptVersion = '1';
