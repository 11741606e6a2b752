import type { NetworkAddress } from './address.ts';
import { hostAndPort } from './address.ts';
import { NoAnswerError } from './dial.ts';
import { codeOf } from './error-code.ts';

/** A sentence for what goes wrong on any network; undefined for anything else. */
export const networkWords = (
  error: unknown,
  address: NetworkAddress,
  question = 'Is the engine running, and is it told to listen there (dockerd -H)?',
): string | undefined => {
  const place = hostAndPort(address);
  if (error instanceof NoAnswerError) {
    return (
      `No connection to ${place} within ${error.afterMs / 1000} s. Is the host running, and does a firewall let ` +
      'Chrontainer through to this port?'
    );
  }
  return sentences(address, place, question)[codeOf(error)];
};

const sentences = ({ host }: NetworkAddress, place: string, question: string): Record<string, string> => {
  const noWay = `There is no way from here to ${host}. Is the address right, and the network up?`;
  const noName = `The name ${host} cannot be resolved. Is it spelled right, and known where Chrontainer runs?`;
  return {
    ECONNREFUSED: `Nothing listens at ${place}. ${question}`,
    ENOTFOUND: noName,
    EAI_AGAIN: `${noName} No name server answered.`,
    EAI_FAIL: noName,
    ENODATA: noName,
    EHOSTUNREACH: noWay,
    ENETUNREACH: noWay,
    ETIMEDOUT: `No answer from ${place}. Is the host running, and does a firewall let Chrontainer through?`,
  };
};
