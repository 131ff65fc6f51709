#include "common/base/person.h"

WORDS(scheme_words, "general", "local");
WORDS(relation_words, "spouse", "non_dependent_spouse", "child", "ascendant", "other");
WORDS(situation_words, "student", "apprentice", "jobseeker", "disabled");
WORDS(family_event_words, "birth", "adoption", "marriage", "pacs", "concubinage", "other");
WORDS(channel_words, "online_single", "online_bulk", "paper_bia", "phone", "other");

bool channel_is_online(enum channel channel) {
    return channel == CHANNEL_ONLINE_SINGLE || channel == CHANNEL_ONLINE_BULK;
}

struct covered_person covered_person_of(const struct beneficiary *beneficiary) {
    return (struct covered_person){
        .family_name = beneficiary->family_name,
        .given_names = beneficiary->given_names,
        .birth_date = beneficiary->birth_date,
        .nir = beneficiary->nir,
    };
}

bool covered_person_equal(const struct covered_person *a, const struct covered_person *b) {
    return a->birth_date == b->birth_date && slice_equal(a->family_name, b->family_name) &&
           slice_list_equal(a->given_names, b->given_names);
}
