/* Measures how many affiliation requests are decided per second on one core: facts in, decision
 * out, nothing else. Prints the best of some rounds for each kind of request; asserts nothing.
 *
 *   build/tests/bench/decide
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "tests/unit/sample_request.h"

enum { DECISIONS = 200000, ROUNDS = 10 };

static const struct {
    const char *name;
    void (*change)(struct affiliation_facts *facts, const char *text);
    const char *text;
} cases[] = {
    {"activation e-mail", NULL, NULL},
    {"population checked", set_population, "Cadres"},
    {"wrong NIR", set_nir, "295109912611194"},
    {"already affiliated", set_cover, NULL},
    {"another name", set_known_name, "Petit"},
    {"dispensation with its document", set_proven_dispensation, "SHORT_CONTRACT"},
    {"unknown contract", set_unknown_contract, "732829320"},
};

static double seconds_now(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds of the fastest round: the others were disturbed. `outcomes` keeps the compiler from
 * leaving the work out. */
static double best_round(const struct affiliation_facts *facts, int *outcomes) {
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double began = seconds_now();
        for (int i = 0; i < DECISIONS; i++) {
            struct affiliation_decision decision;
            affiliation_decide(facts, &decision);
            *outcomes += (int)decision.outcome;
        }
        double took = seconds_now() - began;
        best = round == 0 || took < best ? took : best;
    }
    return best;
}

int main(void) {
    int outcomes = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct affiliation_facts facts = sound_facts();
        facts.has_sla = true;
        facts.sla = (struct sla){.class = facts.request.channel,
                                 .calendar_id = slice_of("FR"),
                                 .calendar_revision = 1,
                                 .submitted_at = facts.request.submitted_at,
                                 .due_at = facts.request.submitted_at + 24 * 3600 * 1000};
        if (cases[i].change != NULL) {
            cases[i].change(&facts, cases[i].text);
        }
        struct affiliation_decision decision;
        affiliation_decide(&facts, &decision);
        (void)printf("%-32s%-14s%12.0f decisions/s\n", cases[i].name,
                     words_text(&affiliation_status_words, (int)decision.outcome),
                     DECISIONS / best_round(&facts, &outcomes));
    }
    return outcomes == 0; /* no outcome is 0 */
}
