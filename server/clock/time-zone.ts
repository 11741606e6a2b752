/**
 * True for the name of an IANA time zone, for example `Europe/Berlin` or `UTC`. An offset such as `+01:00` is none:
 * it knows no DST. Asks Temporal and not Intl, whose first use costs 8 MB.
 */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};
