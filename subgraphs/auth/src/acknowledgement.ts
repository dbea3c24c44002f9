/** The answer of a mutation that has nothing to show. */
export async function acknowledged(
  done: Promise<unknown>,
): Promise<{ __typename: 'Acknowledgement'; ok: true }> {
  await done;
  return { __typename: 'Acknowledgement', ok: true };
}
