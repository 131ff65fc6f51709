#include "workers/affiliation/accounts.h"

#include <assert.h>

#include "common/base/compiler.h"
#include "common/record/json_read.h"
#include "common/runtime/alert.h"
#include "workers/affiliation/emit.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/working_set.h"

enum { SECOND_MS = 1000 };
#define DAY_MS (INT64_C(24) * 3600 * SECOND_MS)

static const char email_event[] = "insured.activation-email";

/* Kinds of early events. */
static const char early_activation[] = "activation";
static const char early_bounce[] = "bounce";

const char *accounts_early_kind(int input_kind) {
    return input_kind == INPUT_ACTIVATED ? early_activation
           : input_kind == INPUT_BOUNCED ? early_bounce
                                         : NULL;
}

static void arm_link(struct batch *batch, const struct insured *insured) {
    batch_arm(batch, batch->worker->name, insured->siren, timer_account_link,
              uuid_text(batch->arena, &insured->insured_id), insured->link_expires_at);
}

void accounts_open(struct batch *batch, struct insured *insured, enum affiliation_account account,
                   const struct origin *origin) {
    struct affiliation_state *state = batch->state;
    if (account == ACCOUNT_LETTER) {
        insured->account_state = ACCOUNT_STATE_LETTER_SENT;
    } else if (account == ACCOUNT_ACTIVATION_EMAIL) {
        insured->account_state = ACCOUNT_STATE_INVITED;
        insured->notification_id =
            affiliation_notification_id(batch, email_event, insured->siren, &insured->insured_id);
        insured->link_expires_at = batch->now_ms + batch->settings->activation_link_days * DAY_MS;
        insured->origin = *origin;
        map_put(&state->by_notification, insured->siren, uuid_slice(&insured->notification_id),
                insured);
        arm_link(batch, insured);
    }
}

/* The link is of no use any more, whatever became of it. */
static void close_link(struct batch *batch, struct insured *insured) {
    insured->link_expires_at = INSTANT_NONE;
    insured_note(batch, insured);
    arm_link(batch, insured);
}

static bool link_is_open(const struct insured *insured) {
    return insured->account_state == ACCOUNT_STATE_INVITED &&
           insured->link_expires_at != INSTANT_NONE;
}

static void explain(struct batch *batch, struct record *told, const struct insured *insured,
                    int64_t at, const enum affiliation_path *paths, size_t count) {
    const char *rules[2];
    const struct affiliation_signal facts = {insured->siren,
                                             uuid_text(batch->arena, &insured->insured_id), at};
    for (size_t i = 0; i < count; i++) {
        rules[i] = affiliation_paths[paths[i]].code;
    }
    record_explain(batch, told, &affiliation_signal_shape, &facts, rules, count);
}

/* The account is active: no letter will follow. False: it was before. */
static void activate(struct batch *batch, struct record *told, struct insured *insured,
                     int64_t at) {
    const bool has_effect = insured->account_state != ACCOUNT_STATE_ACTIVE;
    const enum affiliation_path path = has_effect ? PATH_ACTIVATED : PATH_NO_EFFECT;
    if (has_effect) {
        insured->account_state = ACCOUNT_STATE_ACTIVE;
        close_link(batch, insured);
    }
    explain(batch, told, insured, at, &path, 1);
}

/* A letter in place of the link, if that is still open; an alert if there is nowhere to send it. Of
 * an erased insured nothing is known any more: neither. */
static void replace_link(struct batch *batch, struct record *told, struct insured *insured,
                         int64_t at, enum letter_cause cause) {
    enum affiliation_path paths[2] = {cause == LETTER_BOUNCED ? PATH_BOUNCED : PATH_LINK_EXPIRED,
                                      PATH_NO_ADDRESS};
    if (!link_is_open(insured) || insured->is_erased) {
        paths[0] = PATH_NO_EFFECT;
        explain(batch, told, insured, at, paths, 1);
        return;
    }
    record_set_person(batch, told, insured->siren, insured->key->subject);
    explain(batch, told, insured, at, paths, insured->identity.has_address ? 1 : 2);
    if (insured->identity.has_address) {
        insured->account_state = ACCOUNT_STATE_LETTER_SENT;
        affiliation_emit_letter(batch, told, insured, &insured->identity, cause);
    } else {
        alert_emit(batch, told, ALERT_ADDRESS_MISSING,
                   uuid_text(batch->arena, &insured->insured_id),
                   slice_of("a letter should be sent, and there is no address"));
    }
    close_link(batch, insured);
}

/* Keeps an event whose subject is not known yet. */
static void keep(struct batch *batch, struct record *record, int64_t at) {
    struct affiliation_state *state = batch->state;
    const struct message *message = &record->message;
    const struct affiliation_signal signal = {message->siren, message->business_id, at};
    early_keep(batch, &state->early, record, accounts_early_kind(message->input->kind),
               message->business_id,
               batch->now_ms + (int64_t)batch->settings->contract_grace_seconds * SECOND_MS);
    affiliation_explain(batch, record, &signal, PATH_KEPT);
}

void accounts_activate(struct batch *batch, struct record *record) {
    const struct affiliation_state *state = batch->state;
    const struct account_activated *data = record->message.data;
    const struct uuid insured_id = uuid_of(data->insured_id);
    struct insured *insured = map_get(&state->by_id, data->siren, uuid_slice(&insured_id));
    if (insured == NULL) {
        keep(batch, record, data->activated_at);
    } else {
        activate(batch, record, insured, data->activated_at);
    }
}

/* What was to be told to an employer did not arrive: nothing replaces it, somebody should look. */
static void tell_operators(struct batch *batch, struct record *record, struct employer_mail *mail,
                           int64_t at) {
    const bool is_new = employer_mail_bounce(batch, mail, at);
    const struct affiliation_signal facts = {mail->siren, mail->subject_id, at};
    affiliation_explain(batch, record, &facts, is_new ? PATH_EMPLOYER_MAIL : PATH_NO_EFFECT);
    if (is_new) {
        alert_emit(batch, record, ALERT_EMPLOYER_MAIL_FAILED, mail->subject_id,
                   slice_of("an e-mail to the employer's contacts came back"));
    }
}

void accounts_bounce(struct batch *batch, struct record *record) {
    const struct affiliation_state *state = batch->state;
    const struct mail_bounced *data = record->message.data;
    const struct uuid id = uuid_of(data->notification_id);
    struct insured *insured = map_get(&state->by_notification, data->siren, uuid_slice(&id));
    struct employer_mail *mail = map_get(&state->employer_mails, data->siren, uuid_slice(&id));
    if (mail != NULL) {
        tell_operators(batch, record, mail, data->bounced_at);
    } else if (insured == NULL) {
        keep(batch, record, data->bounced_at);
    } else {
        replace_link(batch, record, insured, data->bounced_at, LETTER_BOUNCED);
    }
}

/* A part about an insured's account; its ids are those of that instant. */
static struct record *account_part(struct batch *batch, struct record *record,
                                   const struct insured *insured, const struct origin *origin,
                                   const char *kind, int64_t due_at) {
    const struct slice insured_id = uuid_text(batch->arena, &insured->insured_id);
    struct record *part = record_part(batch, record, insured->siren, insured_id, origin);
    record_at(batch, part, (struct occasion){insured->siren, insured_id, kind, due_at});
    return part;
}

void accounts_fire_link(struct batch *batch, struct record *record, const struct timer *timer) {
    const struct affiliation_state *state = batch->state;
    const struct uuid insured_id = uuid_of(timer->subject);
    struct insured *insured = map_get(&state->by_id, timer->siren, uuid_slice(&insured_id));
    if (insured == NULL || !link_is_open(insured)) {
        return;
    }
    const int64_t expires_at = insured->link_expires_at;
    if (expires_at >= batch->now_ms) {
        arm_link(batch, insured);
        return;
    }
    replace_link(
        batch,
        account_part(batch, record, insured, &insured->origin, timer_account_link, expires_at),
        insured, expires_at, LETTER_LINK_EXPIRED);
}

size_t accounts_early_keys(struct batch *batch, const struct affiliation_request *request,
                           struct early_key *keys) {
    const struct uuid insured_id = affiliation_insured_id(batch, request);
    const struct uuid notification_id =
        affiliation_notification_id(batch, email_event, request->siren, &insured_id);
    keys[0] = (struct early_key){request->siren, slice_of(early_activation),
                                 uuid_text(batch->arena, &insured_id)};
    keys[1] = (struct early_key){request->siren, slice_of(early_bounce),
                                 uuid_text(batch->arena, &notification_id)};
    return 2;
}

/* Takes such an event, if one waits, and reads what was kept of it, which we wrote ourselves. */
static struct early_event *take(struct batch *batch, struct slice siren, const char *kind,
                                const struct uuid *subject, const struct shape *shape, void *data) {
    struct affiliation_state *state = batch->state;
    struct error err;
    struct early_event *event =
        early_find(&state->early, batch, siren, kind, uuid_text(batch->arena, subject));
    if (event != NULL) {
        const bool is_read = json_read_text(batch->arena, shape, event->content, data, &err);
        assert(is_read);
        early_drop(batch, &state->early, event);
    }
    return event;
}

void accounts_apply_early(struct batch *batch, struct record *record, struct insured *insured) {
    struct account_activated activated;
    struct mail_bounced bounced;
    struct early_event *event = take(batch, insured->siren, early_activation, &insured->insured_id,
                                     &account_activated_shape, &activated);
    if (event != NULL) {
        activate(batch,
                 account_part(batch, record, insured, &event->origin, early_activation,
                              event->grace_ends_at),
                 insured, activated.activated_at);
    }
    event = take(batch, insured->siren, early_bounce, &insured->notification_id,
                 &mail_bounced_shape, &bounced);
    if (event != NULL) {
        replace_link(batch,
                     account_part(batch, record, insured, &event->origin, early_bounce,
                                  event->grace_ends_at),
                     insured, bounced.bounced_at, LETTER_BOUNCED);
    }
}
