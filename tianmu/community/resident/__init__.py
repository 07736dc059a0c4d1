"""What a resident sees of her own record in the app (健康溧阳): home, signed reports, who looked; never a draft."""
