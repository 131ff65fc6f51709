#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/identifiers.h"
#include "workers/commands/demo.h"

/* As shown, and as it stands in an address. */
struct invented_name {
    const char *shown;
    const char *plain;
};

static const struct invented_name family_names[] = {
    {"Moreau", "moreau"},      {"Lefèvre", "lefevre"},   {"Garnier", "garnier"},
    {"Bélanger", "belanger"},  {"Chauvet", "chauvet"},   {"Delmas", "delmas"},
    {"Étienne", "etienne"},    {"Fabre", "fabre"},       {"Guérin", "guerin"},
    {"Hamon", "hamon"},        {"Jacquet", "jacquet"},   {"Kerbrat", "kerbrat"},
    {"Lacombe", "lacombe"},    {"Marchand", "marchand"}, {"Navarro", "navarro"},
    {"Ollivier", "ollivier"},  {"Pasquier", "pasquier"}, {"Quéméner", "quemener"},
    {"Rousseau", "rousseau"},  {"Sauvage", "sauvage"},   {"Tessier", "tessier"},
    {"Vasseur", "vasseur"},    {"Wagner", "wagner"},     {"Zimmermann", "zimmermann"},
    {"Le Goff", "legoff"},     {"Benali", "benali"},     {"Da Silva", "dasilva"},
    {"Nguyen-Roux", "nguyen"}, {"Traoré", "traore"},     {"Ferrand", "ferrand"},
};

static const struct invented_name given_names[] = {
    {"Camille", "camille"}, {"Jeanne", "jeanne"}, {"Antoine", "antoine"}, {"Théo", "theo"},
    {"Hélène", "helene"},   {"Inès", "ines"},     {"Louis", "louis"},     {"Nadia", "nadia"},
    {"Paul", "paul"},       {"Manon", "manon"},   {"Rémi", "remi"},       {"Sofia", "sofia"},
    {"Yann", "yann"},       {"Aïcha", "aicha"},   {"Bastien", "bastien"}, {"Clara", "clara"},
    {"Émile", "emile"},     {"Fanny", "fanny"},   {"Gaspard", "gaspard"}, {"Lucie", "lucie"},
};

/* splitmix64: small, and the same everywhere. */
static uint64_t chance(struct demo *demo) {
    demo->seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t value = demo->seed;
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

int demo_between(struct demo *demo, int low, int high) {
    return low + (int)(chance(demo) % (uint64_t)(high - low + 1));
}

/* The digit that makes the number satisfy its checksum is found by trying the ten. */
static void complete(char *number, size_t size, bool (*is_valid)(struct slice)) {
    for (int digit = '0'; digit <= '9'; digit++) {
        number[size - 1] = (char)digit;
        if (is_valid((struct slice){number, size})) {
            return;
        }
    }
}

void demo_siren(struct demo *demo, char siren[10], char siret[15]) {
    snprintf(siren, 10, "%08d0", demo_between(demo, 40000000, 89999999));
    complete(siren, 9, siren_is_valid);
    snprintf(siret, 15, "%.9s00010", siren);
    complete(siret, 14, siret_is_valid);
}

/* Place 99 999 is given to nobody: department 99 is abroad, and no country has the number 999. */
static void invent_nir(struct demo *demo, struct civil birth, char nir[16]) {
    unsigned sex = (unsigned)demo_between(demo, 1, 2);
    unsigned order = (unsigned)demo_between(demo, 1, 999);
    unsigned year = (unsigned)birth.year % 100;
    unsigned month = (unsigned)birth.month;
    uint64_t number = ((sex * 100 + year) * 100 + month) * UINT64_C(100000000) + 99999000 + order;
    snprintf(nir, 16, "%u%02u%02u99999%03u%02u", sex % 10, year, month % 100, order % 1000,
             (unsigned)(97 - number % 97) % 100);
}

void demo_person(struct demo *demo, int age_low, int age_high, struct demo_person *person) {
    const struct invented_name *family =
        &family_names[demo_between(demo, 0, (int)COUNT_OF(family_names) - 1)];
    const struct invented_name *given =
        &given_names[demo_between(demo, 0, (int)COUNT_OF(given_names) - 1)];
    /* Never younger than the ages say: some days are taken off, none added. */
    int32_t birth = date_add_months(demo_today(demo), -12 * demo_between(demo, age_low, age_high)) -
                    demo_between(demo, 60, 300);
    snprintf(person->family_name, sizeof(person->family_name), "%s", family->shown);
    snprintf(person->given_name, sizeof(person->given_name), "%s", given->shown);
    snprintf(person->email, sizeof(person->email), "%s.%s@courriel.example", given->plain,
             family->plain);
    date_format(birth, person->birth_date);
    invent_nir(demo, date_civil(birth), person->nir);
}

int32_t demo_today(const struct demo *demo) {
    return zone_date(&demo->zone, demo->now_ms);
}

json_t *demo_day(const struct demo *demo, int days_ago) {
    char text[DATE_TEXT_SIZE];
    date_format(demo_today(demo) - days_ago, text);
    return json_string(text);
}

json_t *demo_instant(const struct demo *demo, int seconds_ago) {
    char text[INSTANT_TEXT_SIZE];
    instant_format((demo->now_ms / 1000 - seconds_ago) * 1000, text);
    return json_string(text);
}
