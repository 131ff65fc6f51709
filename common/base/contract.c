#include "common/base/contract.h"

WORDS(category_words, "sante", "prevoyance", "retraite");
WORDS(territory_words, "metropole", "mayotte");
WORDS(formula_words, "famille", "supplement");
WORDS(coverage_kind_words, "event_within_months", "next_month", "request_date", "cutoff_day");
WORDS(contribution_rule_words, "due_if_covered_on_first", "full_entry_month");
WORDS(age_boundary_words, "before_birthday", "through_birthday", "end_of_civil_year",
      "end_of_school_year");

bool contract_has_ended(const struct contract *contract, int32_t date) {
    return contract->ends_on != DATE_NONE && contract->ends_on < date;
}
