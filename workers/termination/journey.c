/* How a journey moves until, and after, it is confirmed. One table says it: the steps are decided
 * by it, and `guichet explain --states` prints it. */
#include "workers/termination/journey.h"

#include "common/base/compiler.h"
#include "common/base/words.h"

WORDS(journey_state_words, "started", "identified", "recap", "abandoned", "waiting", "notified",
      "rejected", "withdrawn");
WORDS(journey_event_words, "started", "identified", "recap", "abandoned", "idle");

#define QUESTION_8 "FAQ question 8"
#define MINUTE_MS INT64_C(60000)

#define LEFT_BY_CLICK "The employer leaves the journey: nothing has happened."
#define LEFT_BY_SILENCE "No step came in time: abandoned, silently."
#define LEFT_FROM(state)                                                                           \
    {state, "abandoned", "abandoned", LEFT_BY_CLICK}, {                                            \
        state, "idle", "abandoned", LEFT_BY_SILENCE                                                \
    }

/* Wherever the journey stands, its confirmation is the notice. */
#define CONFIRMED_FROM(state)                                                                      \
    {state, "confirmed", "notified", "The notice is given: the contract will end."},               \
        {state, "confirmed", "rejected", "The contract ended before, or a notice stands."},        \
        {state, "confirmed", "waiting", "The contract is not known yet: the notice waits."}, {     \
        state, "confirmed", "withdrawn", "The withdrawal came first: the notice is taken back."    \
    }

static const struct transition transitions[] = {
    {NULL, "started", "started", "A click on « Résilier votre contrat » terminates nothing."},
    {NULL, "identified", "identified", "The start did not arrive, or comes later."},
    {NULL, "recap", "recap", "The steps before did not arrive, or come later."},
    {NULL, "abandoned", "abandoned", "The steps before did not arrive, or come later."},
    CONFIRMED_FROM(NULL),
    {"started", "identified", "identified", "The employer says who he is."},
    {"started", "recap", "recap", "The step between did not arrive, or comes later."},
    LEFT_FROM("started"),
    CONFIRMED_FROM("started"),
    {"identified", "recap", "recap", "The employer sees what his notice would say."},
    LEFT_FROM("identified"),
    CONFIRMED_FROM("identified"),
    LEFT_FROM("recap"),
    CONFIRMED_FROM("recap"),
    CONFIRMED_FROM("abandoned"),
    {"waiting", "contract known", "notified", "The contract came: the notice is given."},
    {"waiting", "contract known", "rejected", "The contract ended before, or a notice stands."},
    {"waiting", "grace over", "rejected", "The contract did not come in time."},
    {"waiting", "withdrawal", "withdrawn", "The employer takes the notice back."},
    {"notified", "withdrawal", "withdrawn",
     "The employer takes the notice back before it takes effect."},
};

const struct transition *termination_transition(size_t index) {
    return index < COUNT_OF(transitions) ? &transitions[index] : NULL;
}

enum path { PATH_STEP, PATH_NO_STEP, PATH_ABANDONED, PATH_IDLE, PATH_IS_ABANDONED, PATH_CONFIRMED };

static const struct rule paths[] = {
    [PATH_STEP] = {"STEP_REACHED", "The journey moves on: the contract is left alone.", QUESTION_8},
    [PATH_NO_STEP] = {"STEP_REACHED_BEFORE",
                      "The journey had come as far as that: only its last step's time changes.",
                      QUESTION_8},
    [PATH_ABANDONED] = {"ABANDONED", "The employer left the journey: the contract is left alone.",
                        QUESTION_8},
    [PATH_IDLE] = {"IDLE", "No step came in time: the journey is abandoned, silently.", QUESTION_8},
    [PATH_IS_ABANDONED] = {"ABANDONED_BEFORE",
                           "The journey was abandoned: only a confirmation still counts.",
                           QUESTION_8},
    [PATH_CONFIRMED] = {"STEP_AFTER_CONFIRMATION",
                        "The journey was confirmed: its other steps change nothing.", QUESTION_8},
};

const struct rule *journey_rule(size_t index) {
    return index < COUNT_OF(paths) ? &paths[index] : NULL;
}

bool journey_is_open(enum journey_state state) {
    return state < JOURNEY_WAITING;
}

int64_t journey_idle_at(int64_t last_step_at, int32_t idle_minutes) {
    return last_step_at + idle_minutes * MINUTE_MS;
}

static bool is_word(const char *text, const struct words *words, int value) {
    return slice_equal(slice_of(text), slice_of(words_text(words, value)));
}

/* Where the table leads; 0 where it has no row. */
static enum journey_state next_state(enum journey_state from, enum journey_event event) {
    for (size_t i = 0; i < COUNT_OF(transitions); i++) {
        if (is_word(transitions[i].from, &journey_state_words, (int)from) &&
            is_word(transitions[i].event, &journey_event_words, (int)event)) {
            return (enum journey_state)words_value(&journey_state_words,
                                                   slice_of(transitions[i].to));
        }
    }
    return 0;
}

static bool is_idle(const struct journey_facts *facts) {
    return facts->last_step_at != INSTANT_NONE &&
           facts->at >= journey_idle_at(facts->last_step_at, facts->idle_minutes);
}

static enum path path_to(const struct journey_facts *facts, enum journey_state next) {
    static const enum path moved[] = {
        [JOURNEY_EVENT_STARTED] = PATH_STEP, [JOURNEY_EVENT_IDENTIFIED] = PATH_STEP,
        [JOURNEY_EVENT_RECAP] = PATH_STEP,   [JOURNEY_EVENT_ABANDONED] = PATH_ABANDONED,
        [JOURNEY_EVENT_IDLE] = PATH_IDLE,
    };
    if (!journey_is_open(facts->state)) {
        return PATH_CONFIRMED;
    }
    if (facts->state == JOURNEY_ABANDONED) {
        return PATH_IS_ABANDONED;
    }
    return next == 0 ? PATH_NO_STEP : moved[facts->event];
}

void journey_decide(const struct journey_facts *facts, struct journey_decision *decision) {
    const bool is_silence = facts->event == JOURNEY_EVENT_IDLE;
    *decision = (struct journey_decision){
        .state = facts->state,
        .last_step_at = facts->last_step_at,
    };
    const enum journey_state next = next_state(facts->state, facts->event);
    if (is_silence && (next == 0 || !is_idle(facts))) {
        return; /* a wake-up too many */
    }
    decision->rules[decision->rules_count++] = paths[path_to(facts, next)].code;
    if (next != 0) {
        decision->state = next;
    }
    if (!is_silence && journey_is_open(facts->state) && facts->state != JOURNEY_ABANDONED &&
        facts->at > facts->last_step_at) {
        decision->last_step_at = facts->at;
    }
}
