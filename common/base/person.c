#include "common/base/person.h"

WORDS(scheme_words, "general", "local");
WORDS(relation_words, "spouse", "non_dependent_spouse", "child", "ascendant", "other");
WORDS(situation_words, "student", "apprentice", "jobseeker", "disabled");
WORDS(family_event_words, "birth", "adoption", "marriage", "pacs", "concubinage", "other");
WORDS(channel_words, "online_single", "online_bulk", "paper_bia", "phone", "other");

bool channel_is_online(enum channel channel) {
    return channel == CHANNEL_ONLINE_SINGLE || channel == CHANNEL_ONLINE_BULK;
}
