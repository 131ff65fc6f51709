/* Every bound of the published contract, in one place. The schemas state the same numbers; a test
 * compares them. Text is bounded in Unicode code points, lists in items. */
#ifndef GUICHET_BASE_LIMITS_H
#define GUICHET_BASE_LIMITS_H

#include <stdint.h>

enum {
    LIMIT_ID = 64,            /* printable ASCII without spaces */
    LIMIT_CODE = 64,          /* codes and free labels */
    LIMIT_NAME = 80,          /* family or given name, name of a contact */
    LIMIT_GIVEN_NAMES = 5,    /* given names of a person */
    LIMIT_DISPLAY_NAME = 161, /* first given name, a space, family name */
    LIMIT_REASONS = 20,       /* reasons or warnings of a decision on an affiliation */
    LIMIT_TOKEN = 87,         /* characters of a printed activation token */
    LIMIT_EMAIL = 320,        /* an e-mail address as typed; a valid one has 254 at most */
    LIMIT_EMAIL_VALID = 254,
    LIMIT_ADDRESS_LINES = 4,
    LIMIT_ADDRESS_LINE = 100,
    LIMIT_POSTAL_CODE = 12,
    LIMIT_CITY = 80,
    LIMIT_COUNTRY = 80,
    LIMIT_DETAIL = 500,
    LIMIT_NIR = 15,
    LIMIT_SIREN = 9,
    LIMIT_SIRET = 14,
    LIMIT_DOCUMENTS = 20,
    LIMIT_POPULATIONS = 50,
    LIMIT_OPTIONS = 50,
    LIMIT_CONTACTS = 8,
    LIMIT_DEPENDANTS = 12,          /* dependants of an affiliation request */
    LIMIT_BENEFICIARIES = 12,       /* people of one addition or removal */
    LIMIT_CONTRACT_IDS = 8,         /* numbers declared by one registration */
    LIMIT_MERGED_CONTRACTS = 10000, /* listed of a merged account: under 1 MB, what topics take */
    LIMIT_TIERS = 16,
    LIMIT_PERSON_LINES = 24,
    LIMIT_PPM = 1000000,           /* rates and shares, parts per million */
    LIMIT_AMOUNT_CENTS = 10000000, /* a flat amount: 100 000,00 EUR */
    LIMIT_COVERAGE_MONTHS = 24,
    LIMIT_CUTOFF_DAY = 28,
    LIMIT_NOTICE_MONTHS = 24,
    LIMIT_AGE = 99,
    LIMIT_PERSONS = 20, /* from_persons, free_from_child */
    LIMIT_PARTNERS = 12,
    LIMIT_HOUSEHOLD = 64,           /* covered people of one insured, himself not counted */
    LIMIT_PMSS_EUR = 1000000,       /* a month; far above any ceiling, far below any overflow */
    LIMIT_CALENDAR_DAYS = 400,      /* closures, worked holidays of a business calendar */
    LIMIT_ATTRIBUTE = 64,           /* a CloudEvents attribute, unless said otherwise */
    LIMIT_SUBJECT = 128,            /* ce_subject */
    LIMIT_SOURCE = 256,             /* ce_source, ce_dataschema */
    LIMIT_VALUE_BYTES = 256 * 1024, /* value of an input record */
    LIMIT_JSON_DEPTH = 32,
    LIMIT_OUTPUTS = 1000, /* outputs of one input */
};

/* Business seconds used by a decision: a hundred years. */
#define LIMIT_BUSINESS_SECONDS INT64_C(3155760000)

#endif
