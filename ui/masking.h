#pragma once
// Personal data on its way out of a window: masked, until somebody reveals it knowingly, and then until the window is closed or opens
// another file.
// The user's own rules are kept in the workspace (privacy/own_rules.h).
// Thread: the UI thread; rules and the salt of the workspace are read on a worker. Until they are, and where they cannot be, nobody knows what
// else is personal: every value is masked, as a whole and with another salt, never let through. Rules that are changed take the place of
// those before as soon as they are read.

#include "privacy/masking_redactor.h"
#include "user_store.h"
#include "view_context.h"

namespace aisle {

class WindowMasking : public QObject {
    Q_OBJECT
public:
    /// Of what leaves that context, which outlives this.
    explicit WindowMasking(ViewContext& context, QObject* parent = nullptr);

    bool isRevealed() const { return isRevealed_; }
    void setRevealed(bool revealed);
    bool isRead() const { return isRead_; } ///< the rules of the workspace; until then every value is masked as a whole
    /// What masks, also while it is revealed; until the workspace's own rules are read by those of the program alone.
    const std::shared_ptr<const MaskingRedactor>& masking() const { return masking_; }
    const std::string& ownRules() const { return own_; } ///< JSON; empty: none
    void keepOwnRules(const std::string& json);          ///< empty: none any more

Q_SIGNALS:
    void changed();
    void failed(const QString& problem); ///< own rules are not in the workspace, or cannot be used

private:
    void follow();
    void takeOwnRules();
    void work(std::optional<std::string> own);
    void apply();

    ViewContext& context_;
    UserStore store_;
    std::string own_;
    std::shared_ptr<const MaskingRedactor> masking_;
    std::shared_ptr<Workspace> workspace_;
    bool isRevealed_ = false, isRead_ = true; ///< isRead_: masking_ is by all rules that there are
    bool hasFailed_ = false; ///< the salt could not be read, or kept
    Worker worker_{this};
};

} // namespace aisle
