import { X509Certificate } from 'node:crypto';

/** OIDs of RFC 5280, 4.2.1.12: for clients, and for anything. */
const forClients = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/** What is plainly wrong with a client certificate, with the remedy: engines only say that they do not like it. */
export const certificateFault = (pem: string): string | null => {
  const certificate = new X509Certificate(pem);
  const { validFromDate, validToDate, keyUsage } = certificate;
  if (validToDate.getTime() < Date.now()) {
    return `the client certificate expired on ${dayOf(validToDate)}. Give this host a new one.`;
  }
  if (validFromDate.getTime() > Date.now()) {
    return `the client certificate is valid from ${dayOf(validFromDate)} on. Is the clock right?`;
  }
  if (keyUsage && !keyUsage.some((use) => forClients.includes(use))) {
    return 'the client certificate is not made for clients. Make one with extendedKeyUsage = clientAuth.';
  }
  return null;
};

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
