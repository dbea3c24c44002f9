/** The database that every test database of a domain is copied from. */
export const templateOf = (domain: string) => `template_${domain}`;
