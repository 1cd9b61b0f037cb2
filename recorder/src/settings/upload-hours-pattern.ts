/** `19:00-06:00`; a span may go past midnight. */
export const uploadHoursPattern = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;
