"""The door of the staff desk."""

from django.contrib.admin.forms import AdminAuthenticationForm


class SignInForm(AdminAuthenticationForm):
    def clean_username(self):
        name = self.cleaned_data["username"]
        # Django tells the browser how long a name may be, and believes it.
        if len(name) > self.fields["username"].max_length:
            raise self.get_invalid_login_error()
        return name
