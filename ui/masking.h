#pragma once
// Personal data on its way out of a window: masked, until somebody reveals it knowingly, and then until the window is closed or opens
// another file.
// Thread: the UI thread; rules and the salt of the workspace are read on a worker. Until they are, values are masked with another salt, never
// let through.

#include "view_context.h"

namespace aisle {

class WindowMasking : public QObject {
    Q_OBJECT
public:
    /// Of what leaves that context, which outlives this.
    explicit WindowMasking(ViewContext& context, QObject* parent = nullptr);

    bool isRevealed() const { return isRevealed_; }
    void setRevealed(bool revealed);

Q_SIGNALS:
    void changed();

private:
    void follow();
    void apply();

    ViewContext& context_;
    std::shared_ptr<const Redactor> masking_;
    std::shared_ptr<Workspace> workspace_;
    bool isRevealed_ = false, hasFailed_ = false; ///< the salt could not be read, or kept
    Worker worker_{this};
};

} // namespace aisle
